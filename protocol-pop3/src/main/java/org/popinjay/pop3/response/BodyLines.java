package org.popinjay.pop3.response;

import java.nio.ByteBuffer;

/// Finds where TOP ends: behind the header, the blank line and so many lines of the body (RFC 1939,
/// section 7). Works on pieces, wherever the stream is cut. One instance a message.
public final class BodyLines {
  private long left;
  private boolean inBody;
  private boolean lineEmpty = true;

  /// @param bodyLines lines of the body that are wanted
  public BodyLines(int bodyLines) {
    this.left = bodyLines;
  }

  /// Whether everything that is wanted was seen.
  public boolean complete() {
    return inBody && left == 0;
  }

  /// How much of the next piece is wanted: returns where that ends, `to` for all of it.
  public int wanted(ByteBuffer buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      byte octet = buffer.get(i);
      if (octet == '\n') {
        lineEnded();
        if (complete()) {
          return i + 1;
        }
      } else if (octet != '\r') {
        lineEmpty = false;
      }
    }
    return to;
  }

  private void lineEnded() {
    if (inBody) {
      left--;
    } else {
      inBody = lineEmpty;
    }
    lineEmpty = true;
  }
}
