package org.popinjay.mailstore.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.HexFormat;

/// A parameter's value with charset, language and percent signs (RFC 2231, section 4).
final class ExtendedValue {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private ExtendedValue() {}

  /// The text of `charset'language'octets`; without the quotes it is octets alone. A charset that
  /// is unknown is guessed.
  static String decode(String value) {
    int charsetEnd = value.indexOf('\'');
    int languageEnd = charsetEnd < 0 ? -1 : value.indexOf('\'', charsetEnd + 1);
    Charset charset = languageEnd < 0 ? null : Charsets.known(value.substring(0, charsetEnd));
    byte[] octets = unescape(value, languageEnd + 1);
    return charset == null ? RawText.toText(octets) : new String(octets, charset);
  }

  /// The octets; a percent sign without two digits behind it stands for itself.
  private static byte[] unescape(String value, int from) {
    var octets = new ByteArrayOutputStream(value.length() - from);
    for (int at = from; at < value.length(); at++) {
      char octet = value.charAt(at);
      if (octet == '%'
          && at + 2 < value.length()
          && HexFormat.isHexDigit(value.charAt(at + 1))
          && HexFormat.isHexDigit(value.charAt(at + 2))) {
        octets.write(HexFormat.fromHexDigits(value, at + 1, at + 3));
        at += 2;
      } else {
        octets.write(octet);
      }
    }
    return octets.toByteArray();
  }

  /// A plain piece as it is written among others with percent signs.
  static String escape(String plain) {
    var escaped = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char octet = plain.charAt(i);
      boolean safe = octet > ' ' && octet < 0x7F && "*'%()<>@,;:\\\"/[]?=".indexOf(octet) < 0;
      if (safe) {
        escaped.append(octet);
      } else {
        escaped.append('%').append(HEX.toHexDigits((byte) octet));
      }
    }
    return escaped.toString();
  }
}
