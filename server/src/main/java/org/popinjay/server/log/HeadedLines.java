package org.popinjay.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import org.popinjay.config.LogConfig;

/// Lines with something in front that says how urgent they are. Each line of a stack trace has it,
/// too, since each becomes an entry of its own.
final class HeadedLines extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter SYSLOG_TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

  private static final int NOTICE = 5;

  private final Encoder<ILoggingEvent> lines;
  private final Function<ILoggingEvent, String> head;

  private HeadedLines(Encoder<ILoggingEvent> lines, Function<ILoggingEvent, String> head) {
    this.lines = lines;
    this.head = head;
  }

  /// For the journal of systemd: `<6>` (sd-daemon(3)).
  static HeadedLines forJournal(Encoder<ILoggingEvent> lines) {
    return new HeadedLines(lines, event -> "<" + priority(event.getLevel()) + ">");
  }

  /// For syslog: `<133>Mar 1 09:30:00 popinjay[4711]: ` (RFC 3164, section 4.1; as syslog(3) of the
  /// C library writes it, without a host). What is logged at level info is of priority notice, as
  /// with popper, whose sites collect `local0.notice`.
  static HeadedLines forSyslog(
      Encoder<ILoggingEvent> lines, LogConfig.Facility facility, ZoneId zone, long pid) {
    return new HeadedLines(
        lines,
        event -> {
          var time = event.getInstant() == null ? Instant.EPOCH : event.getInstant();
          return "<"
              + (facility.number() * 8 + syslogPriority(event.getLevel()))
              + ">"
              + SYSLOG_TIME.format(time.atZone(zone))
              + " popinjay["
              + pid
              + "]: ";
        });
  }

  private static int syslogPriority(Level level) {
    return level == Level.INFO ? NOTICE : priority(level);
  }

  /// The number of syslog(3) for a level.
  static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }

  @Override
  public byte[] headerBytes() {
    return lines.headerBytes();
  }

  @Override
  public byte[] footerBytes() {
    return lines.footerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    byte[] prefix = head.apply(event).getBytes(StandardCharsets.US_ASCII);
    byte[] text = lines.encode(event);
    var prefixed = new ByteArrayOutputStream(text.length + 64);
    boolean begins = true;
    for (byte octet : text) {
      if (begins) {
        prefixed.writeBytes(prefix);
      }
      prefixed.write(octet);
      begins = octet == '\n';
    }
    return prefixed.toByteArray();
  }
}
