package org.popinjay.imap.command;

/// Words that commands go by in metrics; a command and its UID form go by one.
public enum ImapVerb {
  /// RFC 9051, section 6.3.12.
  APPEND,
  /// RFC 9051, section 6.2.2.
  AUTHENTICATE,
  /// RFC 1176, section 3.
  BBOARD,
  /// RFC 9051, section 6.1.1.
  CAPABILITY,
  /// RFC 3501, section 6.4.1.
  CHECK,
  /// RFC 9051, section 6.4.1.
  CLOSE,
  /// RFC 4978, section 3.
  COMPRESS,
  /// RFC 9051, section 6.4.7.
  COPY,
  /// RFC 9051, section 6.3.4.
  CREATE,
  /// RFC 9051, section 6.3.5.
  DELETE,
  /// RFC 9051, section 6.3.1.
  ENABLE,
  /// RFC 9051, section 6.3.3.
  EXAMINE,
  /// RFC 9051, section 6.4.3.
  EXPUNGE,
  /// RFC 9051, section 6.4.5.
  FETCH,
  /// RFC 1730, appendix A, section 6.3.OBS.1.
  FIND,
  /// RFC 2971, section 3.1.
  ID,
  /// RFC 9051, section 6.3.13.
  IDLE,
  /// RFC 9051, section 6.3.9.
  LIST,
  /// RFC 9051, section 6.2.3.
  LOGIN,
  /// RFC 9051, section 6.1.3.
  LOGOUT,
  /// RFC 3501, section 6.3.9.
  LSUB,
  /// RFC 9051, section 6.4.8.
  MOVE,
  /// RFC 9051, section 6.3.10.
  NAMESPACE,
  /// RFC 9051, section 6.1.2.
  NOOP,
  /// RFC 9051, section 6.3.6.
  RENAME,
  /// RFC 9051, section 6.4.4.
  SEARCH,
  /// RFC 9051, section 6.3.2.
  SELECT,
  /// RFC 9051, section 6.2.1.
  STARTTLS,
  /// RFC 9051, section 6.3.11.
  STATUS,
  /// RFC 9051, section 6.4.6.
  STORE,
  /// RFC 9051, section 6.3.7.
  SUBSCRIBE,
  /// RFC 9051, section 6.4.2.
  UNSELECT,
  /// RFC 9051, section 6.3.8.
  UNSUBSCRIBE,
  /// What is no command.
  UNKNOWN
}
