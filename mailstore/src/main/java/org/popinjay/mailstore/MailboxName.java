package org.popinjay.mailstore;

/// The name of a mailbox as a client writes it, decoded; `/` separates levels.
///
/// @param text the name; INBOX as the first level is one name in any case of its letters and means
///   the mailbox that mail is delivered to
public record MailboxName(String text) {
  /// Where mail is delivered to (RFC 9051, section 5.1).
  public static final MailboxName INBOX = new MailboxName("INBOX");

  /// Makes INBOX one spelling.
  public MailboxName {
    int slash = text.indexOf('/');
    int end = slash < 0 ? text.length() : slash;
    if (end == 5 && isInbox(text)) {
      text = "INBOX" + text.substring(end);
    }
  }

  /// Only ASCII letters have another case here: a Turkish dotless i makes no INBOX.
  private static boolean isInbox(String text) {
    for (int i = 0; i < 5; i++) {
      if ((text.charAt(i) & ~0x20) != "INBOX".charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a name lies somewhere below this one.
  public boolean isAbove(MailboxName other) {
    return other.text.length() > text.length() + 1
        && other.text.startsWith(text)
        && other.text.charAt(text.length()) == '/';
  }
}
