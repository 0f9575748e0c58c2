package org.popinjay.imap.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Octets of a frame that is not complete yet. Holds nothing between frames, and leaves nothing
/// behind in memory that it held.
final class FrameBuffer {
  private static final byte[] NOTHING = {};
  private static final int LEAST = 128;

  private byte[] octets = NOTHING;
  private int length;

  /// The octets, of which [#length] count. Not a copy.
  byte[] octets() {
    return octets;
  }

  int length() {
    return length;
  }

  /// Octets that it takes up.
  int capacity() {
    return octets.length;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /// Takes octets out of a buffer.
  void add(ByteBuf from, int count) {
    if (octets.length - length < count) {
      var larger = new byte[Math.max(Math.max(LEAST, length + count), 2 * length)];
      System.arraycopy(octets, 0, larger, 0, length);
      Arrays.fill(octets, (byte) 0);
      octets = larger;
    }
    from.readBytes(octets, length, count);
    length += count;
  }

  /// Forgets all octets but the last ones.
  void keepLast(int count) {
    if (length > count) {
      System.arraycopy(octets, length - count, octets, 0, count);
      length = count;
    }
  }

  /// Gives the first octets away and forgets the others.
  byte[] take(int count) {
    if (octets.length == count) {
      var whole = octets;
      octets = NOTHING;
      length = 0;
      return whole;
    }
    var taken = Arrays.copyOf(octets, count);
    clear();
    return taken;
  }

  /// Forgets all.
  void clear() {
    Arrays.fill(octets, (byte) 0);
    octets = NOTHING;
    length = 0;
  }
}
