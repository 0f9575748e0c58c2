package org.popinjay.imap.command;

/// A command with the client's name for it (RFC 9051, section 2.2.1).
///
/// @param tag as sent; 1 to 64 characters that may stand in an answer as they are
public record TaggedCommand(String tag, ImapCommand command) {}
