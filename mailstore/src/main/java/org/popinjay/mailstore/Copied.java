package org.popinjay.mailstore;

/// What a copy or a move came to (RFC 4315, section 3).
///
/// @param uidValidity of the target
/// @param source UIDs of the messages copied, ascending
/// @param target the UIDs of the copies, in the same order
public record Copied(UidValidity uidValidity, UidSet source, UidSet target) {}
