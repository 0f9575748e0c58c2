package org.popinjay.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/// SASLprep (RFC 4013): one form for passwords that look the same, so that the client and the
/// server hash the same octets.
///
/// Texts that it forbids are used as they are: whether a password may have them is decided where it
/// is set.
public final class SaslPrep {
  private SaslPrep() {}

  /// A password, prepared; a new array that the caller wipes.
  static byte[] octets(byte[] secret) {
    if (isAscii(secret)) {
      return secret.clone();
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(secret));
      return prepare(text).map(SaslPrep::utf8).orElseGet(secret::clone);
    } catch (CharacterCodingException _) {
      return secret.clone();
    }
  }

  /// What a client sent, prepared as a query; empty if it is not UTF-8, holds what is forbidden, or
  /// nothing at all. A new array that the caller wipes.
  public static Optional<byte[]> query(byte[] secret) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(secret));
      return prepare(text).map(SaslPrep::utf8);
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static boolean isAscii(byte[] octets) {
    for (byte octet : octets) {
      if (octet < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The prepared text; empty if it holds what is forbidden, or nothing at all.
  public static Optional<String> prepare(CharSequence text) {
    var mapped = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !isMappedToNothing(c))
        .map(c -> isSpace(c) ? ' ' : c)
        .forEach(mapped::appendCodePoint);
    var prepared = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    return prepared.isEmpty()
            || prepared.codePoints().anyMatch(SaslPrep::isForbidden)
            || isMixed(prepared)
        ? Optional.empty()
        : Optional.of(prepared);
  }

  /// RFC 3454, table B.1.
  private static boolean isMappedToNothing(int c) {
    return c == 0xAD
        || c == 0x34F
        || c == 0x1806
        || (c >= 0x180B && c <= 0x180D)
        || (c >= 0x200B && c <= 0x200D)
        || c == 0x2060
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFEFF;
  }

  /// RFC 3454, table C.1.2; U+200B is mapped to nothing before.
  private static boolean isSpace(int c) {
    return c != ' ' && Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  /// RFC 3454, tables C.2.1 to C.9.
  private static boolean isForbidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> true;
      default ->
          (c & 0xFFFE) == 0xFFFE
              || (c >= 0xFDD0 && c <= 0xFDEF)
              || (c >= 0xFFF9 && c <= 0xFFFD)
              || (c >= 0x2FF0 && c <= 0x2FFB)
              || c == 0x340
              || c == 0x341;
    };
  }

  /// RFC 3454, section 6: letters that run from right to left stand at both ends, and none of the
  /// others between them.
  private static boolean isMixed(String text) {
    if (text.codePoints().noneMatch(SaslPrep::runsLeft)) {
      return false;
    }
    return !runsLeft(text.codePointAt(0))
        || !runsLeft(text.codePointBefore(text.length()))
        || text.codePoints()
            .anyMatch(
                c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
  }

  private static boolean runsLeft(int c) {
    byte direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
