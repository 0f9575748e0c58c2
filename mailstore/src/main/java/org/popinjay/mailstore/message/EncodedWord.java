package org.popinjay.mailstore.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads encoded words (RFC 2047; the language of RFC 2231, section 5, is dropped).
///
/// Blanks between two of them vanish, and octets of neighbours in one charset are put together
/// before they become characters, since mail cuts characters in two. What cannot be read stays as
/// it is. Takes linear time. (Written here because mime4j's decoder looks for the end of each word
/// that has none up to the end of the text, drops 8-bit octets and does not know a language.)
public final class EncodedWord {
  /// RFC 2047, section 2, has 75; mail has more.
  private static final int LONGEST_CHARSET = 75;

  private static final int LONGEST_WORD = 2_048;

  private final String raw;
  private final StringBuilder text;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private @Nullable String charset;
  private int at;

  private EncodedWord(String raw) {
    this.raw = raw;
    this.text = new StringBuilder(raw.length());
  }

  /// The text of a raw string with all its encoded words read; other octets are guessed as
  /// [RawText#toText] does.
  public static String decode(String raw) {
    return raw.contains("=?") ? new EncodedWord(raw).decodeAll() : RawText.toText(raw);
  }

  private String decodeAll() {
    int plainFrom = 0;
    for (int word = raw.indexOf("=?"); word >= 0; word = raw.indexOf("=?", at)) {
      at = word;
      var decoded = word();
      if (decoded == null) {
        at = word + 2;
      } else {
        plain(plainFrom, word);
        add(raw.substring(word + 2, raw.indexOf('?', word + 2)), decoded);
        plainFrom = at;
      }
    }
    endRun();
    text.append(RawText.toText(raw.substring(plainFrom)));
    return text.toString();
  }

  /// Takes what stands between words; blanks alone between two words are nothing.
  private void plain(int from, int to) {
    var between = raw.substring(from, to);
    if (charset == null || !between.isBlank()) {
      endRun();
      text.append(RawText.toText(between));
    }
  }

  private void add(String ofCharset, byte[] decoded) {
    if (charset != null && !charset.equalsIgnoreCase(ofCharset)) {
      endRun();
    }
    charset = ofCharset;
    octets.writeBytes(decoded);
  }

  private void endRun() {
    var name = charset;
    if (name != null) {
      Charset known = Charsets.known(name);
      byte[] all = octets.toByteArray();
      text.append(known == null ? RawText.toText(all) : new String(all, known));
      octets.reset();
      charset = null;
    }
  }

  /// The octets of the word that begins here, going behind it; null if none does.
  private byte @Nullable [] word() {
    int from = at + 2;
    int charsetEnd = indexOf('?', from, from + LONGEST_CHARSET);
    if (charsetEnd <= from || charsetEnd + 2 >= raw.length() || raw.charAt(charsetEnd + 2) != '?') {
      return null;
    }
    int start = charsetEnd + 3;
    int end = end(start);
    if (end < 0) {
      return null;
    }
    byte[] decoded =
        switch (raw.charAt(charsetEnd + 1)) {
          case 'B', 'b' -> base64(start, end);
          case 'Q', 'q' -> quoted(start, end);
          default -> null;
        };
    if (decoded != null) {
      at = end + 2;
    }
    return decoded;
  }

  private int indexOf(char octet, int from, int most) {
    return raw.indexOf(octet, from, Math.max(from, Math.min(raw.length(), most)));
  }

  /// Where `?=` stands; a lone question mark belongs to the text, as some mailers write it.
  private int end(int from) {
    int limit = Math.min(raw.length(), from + LONGEST_WORD);
    for (int mark = indexOf('?', from, limit); mark >= 0; mark = indexOf('?', mark + 1, limit)) {
      if (mark + 1 < raw.length() && raw.charAt(mark + 1) == '=') {
        return mark;
      }
    }
    return -1;
  }

  /// Padding that is missing, as often in words, is put there; more than enough does no harm.
  private byte[] base64(int from, int to) {
    var padded = raw.substring(from, to) + "==";
    return ContentDecoder.base64().decodeAll(padded.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// RFC 2047, section 4.2: `_` is a blank, whatever the charset.
  private byte[] quoted(int from, int to) {
    var out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      char octet = raw.charAt(i);
      if (octet == '=' && i + 2 < to && hex(i + 1) >= 0 && hex(i + 2) >= 0) {
        out.write(hex(i + 1) << 4 | hex(i + 2));
        i += 2;
      } else {
        out.write(octet == '_' ? ' ' : octet);
      }
    }
    return out.toByteArray();
  }

  private int hex(int index) {
    return index < raw.length() ? Character.digit(raw.charAt(index), 16) : -1;
  }
}
