package org.popinjay.pop3.pop2.command;

/// The commands of POP2 (RFC 937), for metrics.
public enum Pop2Verb {
  /// Signs in.
  HELO,
  /// Opens a mailbox.
  FOLD,
  /// Asks for the size of a message.
  READ,
  /// Asks for its text.
  RETR,
  /// Has it, and leaves it.
  ACKS,
  /// Has it, and removes it.
  ACKD,
  /// Does not have it.
  NACK,
  /// Ends the session.
  QUIT,
  /// No command at all.
  UNKNOWN
}
