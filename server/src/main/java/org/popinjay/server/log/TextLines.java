package org.popinjay.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// One event as a line for people: `2026-03-01T09:30:00.125Z INFO popinjay.session: [user=tea]
/// text`.
///
/// Only a stack trace takes more lines than one; each of them starts with a tab.
final class TextLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};
  private static final String OURS = "org.popinjay.";

  private final boolean times;

  /// @param times whether a line begins with its time
  TextLines(boolean times) {
    this.times = times;
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder(160);
    if (times) {
      line.append(LogTime.utc(event.getInstant() == null ? Instant.EPOCH : event.getInstant()));
      line.append(' ');
    }
    var level = event.getLevel().toString();
    line.append(level).repeat(' ', Math.max(1, 6 - level.length()));
    line.append(shortName(event.getLoggerName())).append(": ");
    event
        .getMDCPropertyMap()
        .forEach((key, value) ->
            appendLine(line.append('[').append(key).append('='), value).append("] "));
    appendLine(line, event.getFormattedMessage());
    line.append('\n');
    if (event.getThrowableProxy() != null) {
      line.append('\t');
      appendTrace(line, ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// Our classes are known by their simple names; the loggers that operators filter on have no dots
  /// of packages anyway.
  private static String shortName(String logger) {
    return logger.startsWith(OURS) ? logger.substring(logger.lastIndexOf('.') + 1) : logger;
  }

  private static StringBuilder appendLine(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? '?' : c);
    }
    return line;
  }

  private static void appendTrace(StringBuilder line, String trace) {
    for (int i = 0; i < trace.length(); i++) {
      char c = trace.charAt(i);
      if (c == '\n') {
        line.append(i == trace.length() - 1 ? "\n" : "\n\t");
      } else if (c != '\r') {
        line.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
      }
    }
  }
}
