package org.popinjay.auth;

/// In what form a mechanism needs the passwords to be stored.
public enum StoredForm {
  /// In any: the client sends the password itself, or none at all.
  ANY,
  /// As keys of SCRAM-SHA-1, or so that they can be made (RFC 5802, section 3).
  SCRAM_SHA_1,
  /// As keys of SCRAM-SHA-256, or so that they can be made (RFC 7677, section 3).
  SCRAM_SHA_256,
  /// In the clear: the client proves with a digest of his own that he knows it (RFC 2195, section
  /// 2; RFC 1939, section 7).
  CLEAR
}
