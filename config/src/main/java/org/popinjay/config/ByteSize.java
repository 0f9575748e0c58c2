package org.popinjay.config;

import java.util.List;

/// A number of octets, written `64KiB`, `10MiB` or `1GiB`.
///
/// @param octets at least 0
public record ByteSize(long octets) implements Comparable<ByteSize> {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  /// Refuses a negative number.
  public ByteSize {
    if (octets < 0) {
      throw new SettingException("size", Long.toString(octets), "at least 0B");
    }
  }

  /// So many times 1024 octets.
  public static ByteSize ofKiB(long number) {
    return new ByteSize(Math.multiplyExact(number, 1L << 10));
  }

  /// So many times 1024 KiB.
  public static ByteSize ofMiB(long number) {
    return new ByteSize(Math.multiplyExact(number, 1L << 20));
  }

  /// Reads a whole number and one unit of `B KiB MiB GiB TiB`.
  ///
  /// @throws SettingException for any other text, or 8192 TiB and more
  public static ByteSize parse(String text) {
    int cut = 0;
    while (cut < text.length() && text.charAt(cut) >= '0' && text.charAt(cut) <= '9') {
      cut++;
    }
    int unit = UNITS.indexOf(text.substring(cut));
    if (unit >= 0 && cut > 0 && cut <= 16) {
      long number = Long.parseLong(text.substring(0, cut));
      int shift = 10 * unit;
      if (number < 1L << (53 - Math.min(shift, 40))) {
        return new ByteSize(number << shift);
      }
    }
    throw new SettingException("size", text, "a size such as 512B, 64KiB, 10MiB or 1GiB");
  }

  /// The number for an API that counts in `int`.
  ///
  /// @throws ArithmeticException from 2 GiB on
  public int toInt() {
    return Math.toIntExact(octets);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(octets, other.octets);
  }

  /// The text that [#parse] reads, in the greatest unit that leaves no rest.
  @Override
  public String toString() {
    int unit = 0;
    long number = octets;
    while (number != 0 && number % 1024 == 0 && unit < UNITS.size() - 1) {
      number /= 1024;
      unit++;
    }
    return number + UNITS.get(unit);
  }
}
