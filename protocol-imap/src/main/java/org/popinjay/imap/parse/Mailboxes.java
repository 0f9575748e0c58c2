package org.popinjay.imap.parse;

import java.text.Normalizer;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModifiedUtf7;

/// Names of mailboxes, and patterns for them (RFC 9051, section 5.1; RFC 3501, section 5.1.3).
final class Mailboxes {
  private Mailboxes() {}

  /// A name as it was understood.
  ///
  /// @param level whether there was a delimiter at its end, which is not part of the name
  /// @param wellFormed false where it was not encoded as it should be, and was taken as it stands:
  ///   another program may have given a mailbox such a name
  record Named(MailboxName name, boolean level, boolean wellFormed) {}

  /// `mailbox`: RFC 9051, section 9.
  static MailboxName name(ImapLexer in) {
    return named(in).name();
  }

  /// `mailbox`: RFC 9051, section 9.
  static Named named(ImapLexer in) {
    var raw = in.utf8(in.astring());
    var decoded = in.grammar().dialect().unicode() ? raw : ModifiedUtf7.decode(raw);
    boolean wellFormed = decoded != null && decoded.chars().allMatch(Mailboxes::fit);
    var text = normal(decoded == null ? raw : decoded);
    boolean level = text.length() > 1 && text.endsWith("/");
    var name = level ? text.substring(0, text.length() - 1) : text;
    return new Named(new MailboxName(inboxFirst(name)), level, wellFormed);
  }

  /// `list-mailbox`, or the reference in front of it: RFC 9051, section 9. A text that is not
  /// encoded as it should be is taken as it stands.
  static String pattern(ImapLexer in, byte[] octets) {
    var raw = in.utf8(octets);
    var decoded = in.grammar().dialect().unicode() ? raw : ModifiedUtf7.decode(raw);
    return normal(decoded == null ? raw : decoded);
  }

  private static String normal(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /// INBOX is INBOX in any case, as the first level too (RFC 9051, section 5.1).
  private static String inboxFirst(String name) {
    boolean below = name.length() > 5 && name.charAt(5) == '/';
    return below && name.regionMatches(true, 0, "INBOX", 0, 5) ? "INBOX" + name.substring(5) : name;
  }

  /// Controls, and the line ends of Unicode, are in no name that is made here.
  private static boolean fit(int c) {
    return !Character.isISOControl(c) && c != 0x2028 && c != 0x2029;
  }
}
