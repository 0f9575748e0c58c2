package org.popinjay.pop3.response;

/// What stands in brackets behind the status indicator, for clients that want to know why (RFC
/// 2449, section 8).
public enum Pop3ResponseCode {
  /// The maildrop is locked (RFC 2449, section 8.1.2).
  IN_USE("IN-USE"),
  /// Too soon after the last sign-in (RFC 2449, section 8.1.1).
  LOGIN_DELAY("LOGIN-DELAY"),
  /// Trying again later may help (RFC 3206, section 4).
  SYS_TEMP("SYS/TEMP"),
  /// Somebody has to repair something first (RFC 3206, section 4).
  SYS_PERM("SYS/PERM"),
  /// The name or the secret is wrong (RFC 3206, section 5).
  AUTH("AUTH"),
  /// The message cannot be read by a client that did not ask for UTF8 (RFC 6856, section 5).
  UTF8("UTF8");

  private final String word;

  Pop3ResponseCode(String word) {
    this.word = word;
  }

  /// The code as it is written.
  public String word() {
    return word;
  }
}
