package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.ModSeq;

/// What STORE is to do (RFC 9051, section 6.4.6).
///
/// @param silent whether the client knows the outcome (`.SILENT`)
/// @param unchangedSince leave alone what changed later (RFC 7162, section 3.1.3), or null
public record StoreAction(FlagChange change, boolean silent, @Nullable ModSeq unchangedSince) {}
