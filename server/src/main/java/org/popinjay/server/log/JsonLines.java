package org.popinjay.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// One event as one JSON object a line: `time`, `level`, `logger`, `thread`, `message`, `context`
/// where there is one, and `trace` where something was thrown.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

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
    var line = new StringBuilder(256);
    line.append("{\"time\":\"")
        .append(LogTime.utc(event.getInstant() == null ? Instant.EPOCH : event.getInstant()))
        .append('"');
    field(line, "level", event.getLevel().toString());
    field(line, "logger", event.getLoggerName());
    field(line, "thread", event.getThreadName());
    field(line, "message", event.getFormattedMessage());
    var context = event.getMDCPropertyMap();
    if (!context.isEmpty()) {
      int brace = line.append(",\"context\":").length();
      context.forEach((key, value) -> field(line, key, value));
      line.setCharAt(brace, '{');
      line.append('}');
    }
    if (event.getThrowableProxy() != null) {
      field(line, "trace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void field(StringBuilder line, String name, String value) {
    line.append(',');
    quoted(line, name);
    line.append(':');
    quoted(line, value);
  }

  /// RFC 8259, section 7; every control is escaped, which also keeps the object on one line.
  private static void quoted(StringBuilder line, String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c) || (Character.isSurrogate(c) && !inPair(text, i))) {
            line.append(String.format("\\u%04x", (int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }

  private static boolean inPair(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
