package org.popinjay.mailstore.memory;

import java.io.ByteArrayOutputStream;

/// A message as every protocol sends it: LF becomes CRLF, NUL becomes 0x80, the last line gets its
/// end and the header the blank line behind it, if they have none.
public final class WireForm {
  private WireForm() {}

  /// The wire form of a message as a delivery agent brings it, line ends LF or CRLF.
  public static byte[] of(byte[] message) {
    var wire = new ByteArrayOutputStream(message.length + 64);
    boolean headerEnded = false;
    int lineStart = 0;
    while (lineStart < message.length) {
      int lineEnd = lineStart;
      while (lineEnd < message.length && message[lineEnd] != '\n') {
        lineEnd++;
      }
      boolean complete = lineEnd < message.length;
      int textEnd =
          complete && lineEnd > lineStart && message[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      headerEnded |= complete && textEnd == lineStart;
      for (int i = lineStart; i < textEnd; i++) {
        wire.write(message[i] == 0 ? 0x80 : message[i]);
      }
      endLine(wire);
      lineStart = lineEnd + 1;
    }
    if (!headerEnded) {
      endLine(wire);
    }
    return wire.toByteArray();
  }

  private static void endLine(ByteArrayOutputStream wire) {
    wire.write('\r');
    wire.write('\n');
  }

  /// A message as a client brings it: an LF alone becomes CRLF, all else stays.
  static byte[] ofDraft(byte[] message) {
    var wire = new ByteArrayOutputStream(message.length + 64);
    for (int i = 0; i < message.length; i++) {
      if (message[i] == '\n' && (i == 0 || message[i - 1] != '\r')) {
        wire.write('\r');
      }
      wire.write(message[i]);
    }
    return wire.toByteArray();
  }
}
