package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes numbers and raw strings in few octets; [PackedReader] reads them.
///
/// A block is its length, its CRC-32C, and what is in it.
final class PackedWriter {
  private byte[] out = new byte[512];
  private int at;

  byte[] toByteArray() {
    return Arrays.copyOf(out, at);
  }

  void octet(byte octet) {
    room(1);
    out[at++] = octet;
  }

  /// Writes seven bits an octet, the lowest first.
  void number(long number) {
    room(10);
    long rest = number;
    for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
      out[at++] = (byte) (rest | 0x80);
    }
    out[at++] = (byte) rest;
  }

  /// Writes 0 for null, else the length and 1, and the octets.
  void string(@Nullable String raw) {
    if (raw == null) {
      number(0);
      return;
    }
    byte[] octets = raw.getBytes(StandardCharsets.ISO_8859_1);
    number(octets.length + 1L);
    room(octets.length);
    System.arraycopy(octets, 0, out, at, octets.length);
    at += octets.length;
  }

  /// Leaves room for a block's head.
  int beginBlock() {
    room(PackedReader.BLOCK_HEAD);
    at += PackedReader.BLOCK_HEAD;
    return at;
  }

  void endBlock(int start) {
    var sum = new CRC32C();
    sum.update(out, start, at - start);
    ByteBuffer.wrap(out, start - PackedReader.BLOCK_HEAD, PackedReader.BLOCK_HEAD)
        .putInt(at - start)
        .putInt((int) sum.getValue());
  }

  private void room(int octets) {
    if (at + octets > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, at + octets));
    }
  }
}
