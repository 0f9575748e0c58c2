package org.popinjay.mailstore;

import java.util.Locale;

/// The name of a mailbox as a client writes it, decoded; `/` separates levels.
///
/// @param text the name; INBOX in any case means the one that mail is delivered to
public record MailboxName(String text) {
  /// Where mail is delivered to (RFC 9051, section 5.1).
  public static final MailboxName INBOX = new MailboxName("INBOX");

  /// Makes INBOX one spelling.
  public MailboxName {
    if (text.toUpperCase(Locale.ROOT).equals("INBOX")) {
      text = "INBOX";
    }
  }
}
