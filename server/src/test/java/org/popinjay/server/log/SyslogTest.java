package org.popinjay.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LogConfig.Facility;
import org.popinjay.posix.TestNotifyReceiver;

class SyslogTest {
  @TempDir private Path folder;

  private static byte[] encoded(Level level, @Nullable Throwable thrown) {
    var logger = new LoggerContext().getLogger("popinjay.session");
    var event = new LoggingEvent("", logger, level, "text", thrown, new Object[0]);
    event.setInstant(Instant.parse("2026-03-01T09:30:00Z"));
    event.setMDCPropertyMap(Map.of());
    return HeadedLines.forSyslog(
            new TextLines(false), Facility.LOCAL0, ZoneId.of("Europe/Vienna"), 4711)
        .encode(event);
  }

  @Test
  void aLineIsAsTheCLibraryWritesIt() {
    assertThat(new String(encoded(Level.INFO, null), StandardCharsets.UTF_8))
        .isEqualTo("<133>Mar  1 10:30:00 popinjay[4711]: INFO  popinjay.session: text\n");
  }

  /// Notice for all but debugging, and debug for that.
  @Test
  void theyHaveThePrioritiesOfPopper() {
    assertThat(new String(encoded(Level.INFO, null), StandardCharsets.UTF_8)).startsWith("<133>");
    assertThat(new String(encoded(Level.DEBUG, null), StandardCharsets.UTF_8))
        .isEqualTo("<135>Mar  1 10:30:00 popinjay[4711]: DEBUG popinjay.session: text\n");
  }

  @Test
  void eachLineIsADatagramAndADaemonMayComeBack() throws IOException {
    var path = folder.resolve("log");
    var thrown = new IllegalStateException("two");
    thrown.setStackTrace(new StackTraceElement[0]);
    var octets = encoded(Level.ERROR, thrown);
    var daemon = new TestNotifyReceiver(path.toString());
    try (var syslog = SyslogStream.connect(path.toString(), Facility.LOCAL0)) {
      syslog.write(octets, 0, octets.length);
      assertThat(daemon.next())
          .isEqualTo("<131>Mar  1 10:30:00 popinjay[4711]: ERROR popinjay.session: text");
      assertThat(daemon.next())
          .startsWith(
              "<131>Mar  1 10:30:00 popinjay[4711]: \tjava.lang.IllegalStateException: two");
      daemon.close();
      Files.delete(path);
      syslog.write(encoded(Level.WARN, null));
      daemon = new TestNotifyReceiver(path.toString());
      syslog.write(encoded(Level.INFO, null));
      assertThat(daemon.next()).as("what came meanwhile went elsewhere").startsWith("<133>");
      syslog.write(("x".repeat(9000) + "\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(daemon.next()).matches("x{4096}");
    } finally {
      daemon.close();
    }
  }

  @Test
  void withoutADaemonItCannotBeOpened() {
    assertThatThrownBy(
            () -> SyslogStream.connect(folder.resolve("none").toString(), Facility.MAIL).close())
        .isInstanceOf(IOException.class);
  }
}
