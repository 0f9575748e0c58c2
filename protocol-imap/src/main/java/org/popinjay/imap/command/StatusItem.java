package org.popinjay.imap.command;

/// What can be asked of a mailbox (RFC 9051, section 6.3.11).
public enum StatusItem {
  /// RFC 9051, section 6.3.11.
  MESSAGES,
  /// RFC 3501, section 6.3.10.
  RECENT,
  /// RFC 9051, section 6.3.11.
  UIDNEXT,
  /// RFC 9051, section 6.3.11.
  UIDVALIDITY,
  /// RFC 9051, section 6.3.11.
  UNSEEN,
  /// RFC 9051, section 6.3.11.
  DELETED,
  /// RFC 8438, section 3.
  SIZE,
  /// RFC 7162, section 3.1.7.
  HIGHESTMODSEQ,
  /// RFC 7889, section 3.2.
  APPENDLIMIT
}
