package org.popinjay.imap.response;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.util.Base64;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.mailstore.MailboxName;

/// Mailbox names as they are sent: UTF-8, or modified UTF-7 in its canonical form (RFC 3501,
/// section 5.1.3).
final class MailboxNames {
  private MailboxNames() {}

  /// The name in the spelling of the dialect.
  static String written(MailboxName name, ImapDialect dialect) {
    return dialect.unicode() ? name.text() : modifiedUtf7(name.text());
  }

  private static String modifiedUtf7(String text) {
    var out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (printable(c)) {
        out.append(c == '&' ? "&-" : c);
        at++;
      } else {
        int end = at + 1;
        while (end < text.length() && !printable(text.charAt(end))) {
          end++;
        }
        var octets = text.substring(at, end).getBytes(UTF_16BE);
        var base64 = Base64.getEncoder().withoutPadding().encodeToString(octets);
        out.append('&').append(base64.replace('/', ',')).append('-');
        at = end;
      }
    }
    return out.toString();
  }

  private static boolean printable(char c) {
    return c >= ' ' && c < 0x7F;
  }
}
