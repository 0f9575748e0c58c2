package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Undoes a transfer encoding, octets cut anywhere (RFC 2045, section 6).
///
/// Broken encoding is read as far as it makes sense and never fails. Not thread-safe.
public sealed interface ContentDecoder permits Base64Decoder, QuotedPrintableDecoder, NoDecoder {

  /// The one for an encoding as [MimePart] names it, null if it is unknown.
  static @Nullable ContentDecoder of(String encoding) {
    return switch (encoding) {
      case "7BIT", "8BIT", "BINARY" -> new NoDecoder();
      case "BASE64" -> base64();
      case "QUOTED-PRINTABLE" -> quotedPrintable();
      default -> null;
    };
  }

  /// Of base64 (RFC 2045, section 6.8): other octets are skipped, what follows padding and an
  /// incomplete quartet at the end are dropped.
  static ContentDecoder base64() {
    return new Base64Decoder();
  }

  /// Of quoted-printable (RFC 2045, section 6.7): a bad `=XY` stays, blanks at a line's end and
  /// soft line ends go.
  static ContentDecoder quotedPrintable() {
    return new QuotedPrintableDecoder();
  }

  /// Octets that a decoder keeps back at most until it knows what follows.
  int MOST_KEPT_BACK = 1_024;

  /// Takes all octets and puts what they mean.
  ///
  /// @param out has room for as many octets as there are, and [#MOST_KEPT_BACK]
  void decode(ByteBuffer in, ByteBuffer out);

  /// Says that there are no more octets, and puts what was kept back.
  ///
  /// @param out has room for [#MOST_KEPT_BACK] octets
  void finish(ByteBuffer out);

  /// What these octets mean, from the first to the last one of a content.
  default byte[] decodeAll(byte[] octets) {
    var out = ByteBuffer.allocate(octets.length + MOST_KEPT_BACK);
    decode(ByteBuffer.wrap(octets), out);
    finish(out);
    return Arrays.copyOf(out.array(), out.position());
  }
}
