package org.popinjay.wire;

import java.util.Locale;

/// Where a connection stands, for an operator.
public enum SessionState {
  /// Nobody is signed in (RFC 1939, section 4; RFC 9051, section 3.1).
  SIGNING_IN,
  /// Somebody is, without a mailbox (RFC 9051, section 3.2).
  AUTHENTICATED,
  /// A mailbox is open (RFC 9051, section 3.3).
  SELECTED,
  /// The client waits for news (RFC 9051, section 6.3.13).
  IDLING,
  /// A maildrop is open (RFC 1939, section 5).
  TRANSACTION,
  /// Deletions are being carried out (RFC 1939, section 6).
  UPDATE;

  /// The word for operators.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
