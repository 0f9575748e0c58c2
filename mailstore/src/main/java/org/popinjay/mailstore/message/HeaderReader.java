package org.popinjay.mailstore.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Walks over the fields of a header block, one after the other, without copying them.
///
/// Ends at the blank line, at the end of the octets, or after [#MOST_FIELDS] fields. Lines end in
/// LF or CRLF; lines that begin with a blank belong to the field before them (RFC 5322, section
/// 2.2.3). A line that is no field, which no standard allows and every spool has, is walked over as
/// if it were one, without a name. Takes linear time and never throws on any octets. Not
/// thread-safe.
public final class HeaderReader {
  /// Fields that are walked over; what stands behind them is not understood.
  public static final int MOST_FIELDS = 10_000;

  /// Octets of a value that [#value] gives.
  public static final int LONGEST_VALUE = 64 << 10;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private final byte[] in;
  private final int limit;
  private int start;
  private int end;
  private boolean folded;
  private int fields;

  /// Stands before the first field of a block.
  ///
  /// @param from offset of the block in the octets
  /// @param to offset of its end; a blank line before it ends the block earlier
  public HeaderReader(byte[] in, int from, int to) {
    this.in = in;
    this.limit = to;
    this.start = from;
    this.end = from;
  }

  /// Goes on to the next field; false if there is none.
  public boolean next() {
    start = end;
    if (start == limit || isBlankLine(start) || fields == MOST_FIELDS) {
      return false;
    }
    fields++;
    end = behindLine(start);
    folded = false;
    while (end < limit && isBlank(in[end])) {
      folded = true;
      end = behindLine(end);
    }
    return true;
  }

  /// Where the field begins; after the last one, where the walk ended.
  public int start() {
    return start;
  }

  /// Behind the line end of the field's last line.
  public int end() {
    return end;
  }

  /// Whether the field has more than one line.
  public boolean isFolded() {
    return folded;
  }

  /// The first octet of the field.
  public byte firstOctet() {
    return in[start];
  }

  /// Whether the field has this name, in any case, with the colon right behind it.
  public boolean isNamed(String name) {
    int length = name.length();
    if (end - start <= length || in[start + length] != ':') {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(in[start + i]) != lower((byte) name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// The name as it is written, without blanks before the colon; empty if the line is no field (RFC
  /// 5322, section 3.6.8 and the obsolete form of section 4.5).
  public String name() {
    int at = start;
    while (at < end && isNameOctet(in[at])) {
      at++;
    }
    int behindBlanks = at;
    while (behindBlanks < end && isBlank(in[behindBlanks])) {
      behindBlanks++;
    }
    boolean field = behindBlanks < end && in[behindBlanks] == ':';
    return field ? text(start, at) : "";
  }

  /// What stands behind the colon, unfolded, without blanks around it, each octet a character; cut
  /// at [#LONGEST_VALUE].
  public String value() {
    int from = start;
    while (from < end && in[from] != ':') {
      from++;
    }
    var value = new StringBuilder();
    int to = Math.min(end, from + 1 + LONGEST_VALUE);
    for (int at = from + 1; at < to; at++) {
      byte octet = in[at];
      boolean lineEnd = octet == '\n' || (octet == '\r' && at + 1 < end && isLineFeed(at + 1));
      if (!lineEnd) {
        value.append((char) (octet & 0xFF));
      }
    }
    return trimmed(value);
  }

  private static String trimmed(StringBuilder text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank((byte) text.charAt(from))) {
      from++;
    }
    while (from < to && isBlank((byte) text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private String text(int from, int to) {
    int length = Math.min(to - from, LONGEST_VALUE);
    return new String(in, from, length, StandardCharsets.ISO_8859_1);
  }

  private boolean isBlankLine(int at) {
    return isLineFeed(at) || (in[at] == '\r' && at + 1 < limit && isLineFeed(at + 1));
  }

  private boolean isLineFeed(int at) {
    return in[at] == '\n';
  }

  /// Behind the LF of the line that begins here, or the end of the block.
  private int behindLine(int from) {
    int at = from;
    for (; at <= limit - 8; at += 8) {
      long octets = (long) EIGHT.get(in, at) ^ '\n' * EACH;
      long zeros = (octets - EACH) & ~octets & HIGH_BITS;
      if (zeros != 0) {
        // The lowest mark is exact; only marks above it may come from a borrow.
        return at + (Long.numberOfTrailingZeros(zeros) >>> 3) + 1;
      }
    }
    while (at < limit) {
      if (isLineFeed(at++)) {
        break;
      }
    }
    return at;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static boolean isNameOctet(byte octet) {
    return octet > ' ' && octet < 0x7F && octet != ':';
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }
}
