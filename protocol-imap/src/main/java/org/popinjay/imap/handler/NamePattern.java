package org.popinjay.imap.handler;

import java.util.BitSet;
import org.popinjay.mailstore.MailboxName;

/// A pattern of LIST (RFC 9051, section 6.3.9): `*` stands for anything, `%` for anything without
/// `/`.
///
/// The cost of a match goes with length of name times length of pattern, whatever the pattern.
final class NamePattern {
  private static final String INBOX = MailboxName.INBOX.text();

  /// Stands for one character in a pattern of FIND; in no name.
  private static final char ONE = '\uFFFF';

  private final String pattern;
  private final String forInbox;

  /// @param reference stands before the pattern, as text
  NamePattern(String reference, String pattern) {
    this.pattern = collapsed(reference + pattern);
    this.forInbox =
        startsWithInbox() ? INBOX + this.pattern.substring(INBOX.length()) : this.pattern;
  }

  /// A pattern of FIND (RFC 1730, appendix A, section 6.3.OBS.2), in which `%` and `?` stand for
  /// one character each.
  static NamePattern ofFind(String pattern) {
    return new NamePattern("", pattern.replace('%', ONE).replace('?', ONE));
  }

  /// Whether a `%` is in it, so that levels may match whose names are no mailboxes.
  boolean stopsAtLevels() {
    return pattern.indexOf('%') >= 0;
  }

  /// Whether a name matches; INBOX does so in any case of its letters.
  boolean matches(String name) {
    boolean inbox = name.equals(INBOX) || name.startsWith(INBOX + "/");
    return matches(inbox ? forInbox : pattern, name);
  }

  private boolean startsWithInbox() {
    return pattern.regionMatches(true, 0, INBOX, 0, INBOX.length());
  }

  /// Follows all ways through the pattern at once.
  private static boolean matches(String pattern, String name) {
    var at = new BitSet(pattern.length() + 1);
    reach(at, 0, pattern);
    for (int i = 0; i < name.length() && !at.isEmpty(); i++) {
      char c = name.charAt(i);
      var next = new BitSet(pattern.length() + 1);
      for (int p = at.nextSetBit(0); p >= 0 && p < pattern.length(); p = at.nextSetBit(p + 1)) {
        char wanted = pattern.charAt(p);
        if (wanted == '*' || (wanted == '%' && c != '/')) {
          reach(next, p, pattern);
        } else if (wanted == c || wanted == ONE) {
          reach(next, p + 1, pattern);
        }
      }
      at = next;
    }
    return at.get(pattern.length());
  }

  /// Notes a place in the pattern, and those behind wildcards that may stand for nothing.
  private static void reach(BitSet places, int place, String pattern) {
    int p = place;
    places.set(p);
    while (p < pattern.length() && (pattern.charAt(p) == '*' || pattern.charAt(p) == '%')) {
      places.set(++p);
    }
  }

  /// Runs of wildcards mean the same as one.
  private static String collapsed(String pattern) {
    var out = new StringBuilder(pattern.length());
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int last = out.length() - 1;
      boolean afterWildcard = last >= 0 && (out.charAt(last) == '*' || out.charAt(last) == '%');
      if (afterWildcard && c == '*') {
        out.setCharAt(last, '*');
      } else if (!afterWildcard || c != '%') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
