package org.popinjay.mailstore.mbox.append;

import org.popinjay.mailstore.mbox.disk.ScratchFile;

/// A message that lies in a scratch file, ready to be stored.
///
/// @param from offset of its first octet
public record Staged(ScratchFile file, long from, DraftShape.Facts facts) {}
