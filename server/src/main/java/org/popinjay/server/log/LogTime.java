package org.popinjay.server.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Time stamps of log lines: UTC with milliseconds, always 24 characters.
final class LogTime {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private LogTime() {}

  static String utc(Instant when) {
    return FORMAT.format(when);
  }
}
