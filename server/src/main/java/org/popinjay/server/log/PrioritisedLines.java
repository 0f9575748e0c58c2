package org.popinjay.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Lines with their priority in front, `<6>`, as the journal of systemd takes them. Each line of a
/// stack trace has it, too, since the journal makes an entry of each.
final class PrioritisedLines extends EncoderBase<ILoggingEvent> {
  private final Encoder<ILoggingEvent> lines;

  PrioritisedLines(Encoder<ILoggingEvent> lines) {
    this.lines = lines;
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
    byte[] prefix = ("<" + priority(event.getLevel()) + ">").getBytes(StandardCharsets.US_ASCII);
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
