package org.popinjay.mailstore;

/// Names a mailbox for good: a rename keeps it, a mailbox made anew has another (RFC 8474, section
/// 4).
///
/// @param text 1 to 100 letters, digits, `_` and `-`
public record MailboxId(String text) {}
