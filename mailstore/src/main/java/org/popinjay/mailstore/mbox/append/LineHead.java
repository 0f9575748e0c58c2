package org.popinjay.mailstore.mbox.append;

import org.popinjay.mailstore.mbox.text.KnownField;
import org.popinjay.mailstore.mbox.text.Quoting;

/// Looks at the first octets of a line of a message that is to be stored, until it is clear whether
/// the line can stay as it is ([Quoting] says why not).
///
/// Line ends are those of the message, CRLF or LF. Not thread-safe.
final class LineHead {
  private final byte[] held =
      new byte[Math.max(KnownField.LONGEST_HIDDEN, Quoting.ESCAPE.length())];
  private int count;
  private boolean angles;

  /// What a line is.
  enum Verdict {
    /// The next octet has to be seen.
    UNDECIDED,
    /// It can stay.
    PLAIN,
    /// It begins like one that separates messages, perhaps behind `>`.
    QUOTE,
    /// Its name would hide it, or has the prefix against that already.
    ESCAPE,
    /// There is nothing in it; only said of lines of a header.
    BLANK
  }

  /// Stands before a line.
  void begin() {
    count = 0;
    angles = false;
  }

  /// Octets of the line that were seen and not passed on; they are the first ones of [#held].
  int count() {
    return count;
  }

  byte[] held() {
    return held;
  }

  /// Looks at the next octet. If it leaves things undecided it is held, except a `>`, which can be
  /// passed on whatever follows; else it is not taken.
  Verdict look(byte octet, boolean inHeader) {
    if (octet == '>' && count == 0) {
      angles = true;
      return Verdict.UNDECIDED;
    }
    if (count < Quoting.FROM.length() && matchesFrom(octet)) {
      return count + 1 == Quoting.FROM.length() ? Verdict.QUOTE : hold(octet);
    }
    return angles || !inHeader ? Verdict.PLAIN : lookAtField(octet);
  }

  private boolean matchesFrom(byte octet) {
    return octet == Quoting.FROM.charAt(count) && (count == 0 || held[0] == Quoting.FROM.charAt(0));
  }

  private Verdict lookAtField(byte octet) {
    if (octet == '\n') {
      return count == 0 || (count == 1 && held[0] == '\r') ? Verdict.BLANK : Verdict.PLAIN;
    }
    if (octet == '\r' && count == 0) {
      return hold(octet);
    }
    held[count] = octet;
    int seen = count + 1;
    boolean escape = Quoting.isEscape(held, seen);
    if (escape && seen == Quoting.ESCAPE.length()) {
      return Verdict.ESCAPE;
    }
    return switch (KnownField.look(held, seen)) {
      case HIDDEN -> Verdict.ESCAPE;
      case UNDECIDED -> hold(octet);
      case SHOWN -> escape ? hold(octet) : Verdict.PLAIN;
    };
  }

  private Verdict hold(byte octet) {
    held[count++] = octet;
    return Verdict.UNDECIDED;
  }
}
