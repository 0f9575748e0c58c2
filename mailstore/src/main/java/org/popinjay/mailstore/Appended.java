package org.popinjay.mailstore;

/// What an append came to (RFC 4315, section 3).
///
/// @param uidValidity of the mailbox
/// @param uids of the new messages, in their order
public record Appended(UidValidity uidValidity, UidSet uids) {}
