package org.popinjay.pop3.command;

/// Words of commands, for counting. [#UNKNOWN] stands for every line that was none.
public enum Pop3Verb {
  /// RFC 1939, sections 4 and 6.
  QUIT,
  /// RFC 2449, section 5.
  CAPA,
  /// RFC 2595, section 4.
  STLS,
  /// RFC 1939, section 7.
  USER,
  /// RFC 1939, section 7.
  PASS,
  /// RFC 1939, section 7.
  APOP,
  /// RFC 5034, section 4.
  AUTH,
  /// RFC 1939, section 5.
  STAT,
  /// RFC 1939, section 5.
  LIST,
  /// RFC 1939, section 7.
  UIDL,
  /// RFC 1939, section 5.
  RETR,
  /// RFC 1939, section 7.
  TOP,
  /// RFC 1939, section 5.
  DELE,
  /// RFC 1939, section 5.
  NOOP,
  /// RFC 1939, section 5.
  RSET,
  /// RFC 1081.
  LAST,
  /// No command at all.
  UNKNOWN
}
