package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Short ways to scan test messages.
final class Scans {
  private Scans() {}

  /// Octets of a text: one a character, line ends as CRLF.
  static byte[] octets(String text) {
    return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  static MessageStructure scan(String text) {
    return scan(octets(text));
  }

  static MessageStructure scan(byte[] message) {
    return scan(message, Math.max(1, message.length));
  }

  static MessageStructure scan(byte[] message, int chunk) {
    var scanner = new MimeScanner();
    for (int at = 0; at < message.length; at += chunk) {
      scanner.feed(ByteBuffer.wrap(message, at, Math.min(chunk, message.length - at)));
    }
    return scanner.finish();
  }

  /// The octets of a section, one a character; null if there is none.
  static @Nullable String section(byte[] message, MessageStructure structure, Section section) {
    var slice = structure.slice(section);
    return slice == null ? null : text(message, slice);
  }

  static String text(byte[] message, Slice slice) {
    return new String(
        message, (int) slice.from(), (int) slice.octets(), StandardCharsets.ISO_8859_1);
  }

  /// Parts in a form to read: types with octets and lines, in parentheses what is inside.
  static String outline(MimePart part) {
    var text = new StringBuilder(part.type() + "/" + part.subtype());
    text.append(' ').append(part.octets()).append(' ').append(part.lines());
    for (int i = 0; i < part.children().size(); i++) {
      text.append(i == 0 ? " (" : ", ").append(outline(part.children().get(i)));
    }
    return text.append(part.children().isEmpty() ? "" : ")").toString();
  }
}
