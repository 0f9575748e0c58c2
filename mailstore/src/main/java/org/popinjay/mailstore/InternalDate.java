package org.popinjay.mailstore;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// When a message arrived, in the zone it was written down in (RFC 9051, section 2.3.3).
///
/// @param epochSecond seconds since 1970
/// @param zoneMinutes minutes east of Greenwich, -1080..1080
public record InternalDate(long epochSecond, int zoneMinutes) {
  /// Checks the zone.
  public InternalDate {
    if (Math.abs(zoneMinutes) > 1080) {
      throw new IllegalArgumentException("zone " + zoneMinutes + " minutes");
    }
  }

  /// In Greenwich's zone.
  public static InternalDate of(Instant instant) {
    return new InternalDate(instant.getEpochSecond(), 0);
  }

  /// As the calendar of its zone has it.
  public OffsetDateTime local() {
    return Instant.ofEpochSecond(epochSecond).atOffset(ZoneOffset.ofTotalSeconds(zoneMinutes * 60));
  }
}
