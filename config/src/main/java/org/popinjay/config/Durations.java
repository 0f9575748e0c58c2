package org.popinjay.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// Durations as an operator writes them: a whole number and one unit of `ms s m h d`.
public final class Durations {
  private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", ChronoUnit.DAYS);
    UNITS.put("h", ChronoUnit.HOURS);
    UNITS.put("m", ChronoUnit.MINUTES);
    UNITS.put("s", ChronoUnit.SECONDS);
    UNITS.put("ms", ChronoUnit.MILLIS);
  }

  private Durations() {}

  /// Reads `30s`, `10m`, `24h`, `250ms`, `7d`.
  ///
  /// @throws SettingException for any other text, a negative number, or more than 100 years
  public static Duration parse(String text) {
    int cut = 0;
    while (cut < text.length() && text.charAt(cut) >= '0' && text.charAt(cut) <= '9') {
      cut++;
    }
    var unit = UNITS.get(text.substring(cut));
    if (unit != null && cut > 0 && cut <= 15) {
      long number = Long.parseLong(text.substring(0, cut));
      if (number <= Duration.ofDays(36_525).dividedBy(unit.getDuration())) {
        return Duration.of(number, unit);
      }
    }
    throw new SettingException("duration", text, "a duration such as 500ms, 30s, 10m, 24h or 7d");
  }

  /// The text that [#parse] reads, in the greatest unit that leaves no rest.
  public static String print(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    long millis = duration.toMillis();
    for (var unit : UNITS.entrySet()) {
      long length = unit.getValue().getDuration().toMillis();
      if (millis % length == 0) {
        return millis / length + unit.getKey();
      }
    }
    throw new IllegalStateException("no unit for " + duration);
  }
}
