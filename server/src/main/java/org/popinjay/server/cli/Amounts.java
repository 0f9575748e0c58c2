package org.popinjay.server.cli;

import java.util.Locale;

/// Numbers for people.
final class Amounts {
  private static final String[] UNITS = {"", "K", "M", "G", "T", "P"};

  private Amounts() {}

  /// Seconds as `5s`, `3m05s`, `2h07m`, `4d02h`.
  static String time(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, 'm', seconds % 60, 's');
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, 'h', seconds % 3600 / 60, 'm');
    }
    return two(seconds / 86_400, 'd', seconds % 86_400 / 3600, 'h');
  }

  private static String two(long first, char firstUnit, long second, char secondUnit) {
    return String.format(Locale.ROOT, "%d%c%02d%c", first, firstUnit, second, secondUnit);
  }

  /// Octets as `812`, `3.4K`, `120M`: powers of 1024.
  static String octets(long octets) {
    double value = (double) octets;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    var form = unit == 0 || value >= 100 ? "%.0f%s" : "%.1f%s";
    return String.format(Locale.ROOT, form, value, UNITS[unit]);
  }

  /// A number with as many decimals as are of interest.
  static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
  }
}
