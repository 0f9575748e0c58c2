package org.popinjay.mailstore.mbox.ledger;

/// What came of the mail that popper or qpopper left in `.USER.pop`.
///
/// @param messages that were there, and are in the spool now, or would be
/// @param fault why they are not, fit for an operator; empty if they are, or would be
public record OldDrop(int messages, String fault) {}
