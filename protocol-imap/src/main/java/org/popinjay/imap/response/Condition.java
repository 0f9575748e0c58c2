package org.popinjay.imap.response;

/// The first word of a status response (RFC 9051, section 7.1).
public enum Condition {
  /// It was done; untagged: for information.
  OK,
  /// It was understood, and refused or failed; untagged: a warning.
  NO,
  /// It was not understood, or is not allowed now.
  BAD,
  /// The connection is about to be closed. Untagged only.
  BYE,
  /// The connection starts signed in. Greeting only.
  PREAUTH
}
