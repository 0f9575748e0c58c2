package org.popinjay.mailstore;

/// A message to be added to a mailbox.
///
/// @param draft its octets, exactly as they are to be read again
/// @param flags its flags
/// @param internalDate when it arrived, as its reader is to be told
public record Append(MessageDraft draft, Flags flags, InternalDate internalDate) {}
