package org.popinjay.mailstore;

import org.jspecify.annotations.Nullable;

/// Names of mailboxes in printable US-ASCII, all else being in a Base64 of its own between `&` and
/// `-` (RFC 3501, section 5.1.3): so older clients name them, and some servers their files.
public final class ModifiedUtf7 {
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

  private ModifiedUtf7() {}

  /// The text of a name.
  ///
  /// @return null where the name is not in the one form that [#encode] gives: octets that may not
  ///   stand there, encoding that was not needed, that is cut off, or that says nothing
  public static @Nullable String decode(String name) {
    var text = new StringBuilder(name.length());
    int at = 0;
    while (at < name.length()) {
      char c = name.charAt(at++);
      if (c < ' ' || c >= 0x7F) {
        return null;
      }
      if (c != '&') {
        text.append(c);
        continue;
      }
      int end = name.indexOf('-', at);
      if (end < 0) {
        return null;
      }
      if (end == at) {
        text.append('&');
      } else if (!decodeShifted(name, at, end, text) || again(name, end)) {
        return null;
      }
      at = end + 1;
    }
    return text.toString();
  }

  /// Whether another run of Base64 follows at once, where one would have done.
  private static boolean again(String name, int end) {
    return name.startsWith("&", end + 1) && !name.startsWith("&-", end + 1);
  }

  private static boolean decodeShifted(String name, int from, int end, StringBuilder text) {
    int bits = 0;
    int count = 0;
    boolean afterHigh = false;
    for (int at = from; at < end; at++) {
      int value = BASE64.indexOf(name.charAt(at));
      if (value < 0) {
        return false;
      }
      bits = bits << 6 | value;
      count += 6;
      if (count < Character.SIZE) {
        continue;
      }
      count -= Character.SIZE;
      char c = (char) (bits >> count);
      bits &= (1 << count) - 1;
      boolean second = Character.isLowSurrogate(c);
      if (printable(c) || second != afterHigh) {
        return false;
      }
      afterHigh = Character.isHighSurrogate(c);
      text.append(c);
    }
    return count < 6 && bits == 0 && !afterHigh;
  }

  /// The name of a text, in the one right form.
  public static String encode(String text) {
    var name = new StringBuilder(text.length());
    int bits = 0;
    int count = 0;
    boolean shifted = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (printable(c)) {
        if (shifted) {
          shiftBack(name, bits, count);
          shifted = false;
        }
        name.append(c == '&' ? "&-" : String.valueOf(c));
        continue;
      }
      if (!shifted) {
        name.append('&');
        shifted = true;
        bits = 0;
        count = 0;
      }
      bits = bits << Character.SIZE | c;
      count += Character.SIZE;
      while (count >= 6) {
        count -= 6;
        name.append(BASE64.charAt((bits >> count) & 0x3F));
      }
      bits &= (1 << count) - 1;
    }
    if (shifted) {
      shiftBack(name, bits, count);
    }
    return name.toString();
  }

  private static void shiftBack(StringBuilder name, int bits, int count) {
    if (count > 0) {
      name.append(BASE64.charAt((bits << (6 - count)) & 0x3F));
    }
    name.append('-');
  }

  private static boolean printable(char c) {
    return c >= ' ' && c < 0x7F;
  }
}
