package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;

/// What is said of a message before its octets come (RFC 9051, section 6.3.12).
///
/// @param flags without `\Recent`, which is ignored
/// @param internalDate null for now
/// @param octets length of its literal
/// @param binary whether it is a `literal8` (RFC 3516, section 4.4)
public record AppendMessage(
    Flags flags, @Nullable InternalDate internalDate, long octets, boolean binary) {}
