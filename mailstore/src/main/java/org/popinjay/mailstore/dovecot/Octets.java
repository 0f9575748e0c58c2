package org.popinjay.mailstore.dovecot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A range of a file, read as numbers of a little-endian machine; nothing outside of it can be
/// reached.
final class Octets {
  private static final int ALIGNMENT = 4;

  private final String file;
  private final ByteBuffer octets;

  private Octets(String file, ByteBuffer octets) {
    this.file = file;
    this.octets = octets.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// A whole file, from its beginning to the buffer's limit.
  ///
  /// @param file its name, for what is said of it
  static Octets of(String file, ByteBuffer content) {
    return new Octets(file, content.slice(0, content.limit()));
  }

  int length() {
    return octets.limit();
  }

  int u8(int at) throws UnsoundException {
    return Byte.toUnsignedInt(octets.get(checked(at, Byte.BYTES)));
  }

  int u16(int at) throws UnsoundException {
    return Short.toUnsignedInt(octets.getShort(checked(at, Short.BYTES)));
  }

  int i32(int at) throws UnsoundException {
    return octets.getInt(checked(at, Integer.BYTES));
  }

  long u32(int at) throws UnsoundException {
    return Integer.toUnsignedLong(i32(at));
  }

  long i64(int at) throws UnsoundException {
    return octets.getLong(checked(at, Long.BYTES));
  }

  /// A number that says how many octets of this file something takes, or where it is.
  int place(int at) throws UnsoundException {
    long value = u32(at);
    if (value > length()) {
      throw unsound("a length of " + value + " at " + at + " in " + length() + " octets");
    }
    return (int) value;
  }

  String text(int at, int count) throws UnsoundException {
    var text = new byte[count];
    octets.get(checked(at, count), text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /// Copies octets.
  void copy(int at, byte[] into, int to, int count) throws UnsoundException {
    octets.get(checked(at, count), into, to, count);
  }

  /// Some of it.
  Octets part(int at, int count) throws UnsoundException {
    return new Octets(file, octets.slice(checked(at, count), count));
  }

  /// The first place from one on that is a multiple of four.
  static int aligned(int at) {
    return (at + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private int checked(int at, int count) throws UnsoundException {
    if (at < 0 || count < 0 || at > length() - count) {
      throw unsound("it ends before %d octets at %d".formatted(count, at));
    }
    return at;
  }

  UnsoundException unsound(String what) {
    return new UnsoundException(file + ": " + what);
  }
}
