package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Raw strings: octets of a mail, one a character.
public final class RawText {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private RawText() {}

  /// What raw octets without a charset most likely mean: UTF-8 if they are that, else windows-1252.
  public static String toText(String raw) {
    if (isAscii(raw)) {
      return raw;
    }
    return toText(raw.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String toText(byte[] octets) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return text.toString();
    } catch (CharacterCodingException _) {
      return new String(octets, WINDOWS_1252);
    }
  }

  /// Whether no octet has its highest bit set.
  public static boolean isAscii(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /// The value of a field as a raw string: unfolded, without control characters (a tab becomes a
  /// blank) and without blanks around it.
  static String ofField(byte[] in, int from, int to) {
    var kept = new byte[to - from];
    int length = 0;
    for (int at = from; at < to; at++) {
      byte octet = in[at] == '\t' ? (byte) ' ' : in[at];
      boolean control = (octet >= 0 && octet < ' ') || octet == 0x7F;
      if (!control && !(octet == ' ' && length == 0)) {
        kept[length++] = octet;
      }
    }
    while (length > 0 && kept[length - 1] == ' ') {
      length--;
    }
    return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
  }

  /// ASCII letters to upper case, all other octets as they are.
  static String upperCase(String raw) {
    int at = 0;
    while (at < raw.length() && !isLower(raw.charAt(at))) {
      at++;
    }
    if (at == raw.length()) {
      return raw;
    }
    var upper = raw.toCharArray();
    for (; at < upper.length; at++) {
      if (isLower(upper[at])) {
        upper[at] = (char) (upper[at] - ('a' - 'A'));
      }
    }
    return new String(upper);
  }

  private static boolean isLower(char octet) {
    return octet >= 'a' && octet <= 'z';
  }
}
