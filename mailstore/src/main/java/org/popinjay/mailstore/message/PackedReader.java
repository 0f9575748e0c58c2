package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads what [PackedWriter] wrote. Octets that nobody wrote make it fail, which is asked for at
/// the end; until then it gives zeros and empty strings.
final class PackedReader {
  static final int BLOCK_HEAD = 8;

  private final byte[] in;
  private int at;
  private int limit;
  private boolean failed;

  PackedReader(byte[] in, int from) {
    this.in = in;
    this.at = from;
    this.limit = in.length;
  }

  boolean failed() {
    return failed;
  }

  <T> T fail(T instead) {
    failed = true;
    return instead;
  }

  byte octet() {
    return at < limit ? in[at++] : fail((byte) 0);
  }

  long number() {
    byte first = octet();
    if (first >= 0) {
      return first;
    }
    long number = first & 0x7F;
    for (int shift = 7; shift < 63; shift += 7) {
      byte next = octet();
      number |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    return fail(0L);
  }

  @Nullable String string() {
    long length = number() - 1;
    if (length < 0) {
      return null;
    }
    if (length > limit - at) {
      return fail("");
    }
    var string = new String(in, at, (int) length, StandardCharsets.ISO_8859_1);
    at += (int) length;
    return string;
  }

  String presentString() {
    var string = string();
    return string == null ? fail("") : string;
  }

  /// Goes into the block that begins here; false if there is none that is whole.
  boolean enterBlock() {
    if (failed || in.length - at < BLOCK_HEAD) {
      return false;
    }
    var head = ByteBuffer.wrap(in, at, BLOCK_HEAD);
    int length = head.getInt();
    int expected = head.getInt();
    at += BLOCK_HEAD;
    if (length < 0 || length > in.length - at) {
      return false;
    }
    limit = at + length;
    var sum = new CRC32C();
    sum.update(in, at, length);
    return (int) sum.getValue() == expected;
  }

  /// Whether the block was read to its end and was understood.
  boolean leaveBlock() {
    boolean whole = !failed && at == limit;
    limit = in.length;
    return whole;
  }
}
