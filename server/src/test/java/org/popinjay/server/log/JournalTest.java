package org.popinjay.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"ERROR,3", "WARN,4", "INFO,6", "DEBUG,7", "TRACE,7"})
  void eachLevelHasItsPriority(String level, int priority) {
    assertThat(encoded(new TextLines(true), Level.toLevel(level), null))
        .isEqualTo("<" + priority + ">2026-03-01T09:30:00.000Z " + pad(level) + "x: text\n");
  }

  @Test
  void everyLineOfAStackTraceHasIt() {
    var text = encoded(new TextLines(true), Level.ERROR, new IllegalStateException("two\nlines"));
    assertThat(text.lines()).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("<3>"));
    assertThat(text).endsWith("\n");
    assertThat(text.lines().skip(1)).allMatch(line -> line.startsWith("<3>\t"));
  }

  @Test
  void aJsonLineHasItToo() {
    assertThat(encoded(new JsonLines(), Level.WARN, new IllegalStateException("x")).lines())
        .singleElement()
        .asString()
        .startsWith("<4>{\"time\":\"2026-03-01T09:30:00.000Z\"");
  }

  @Test
  void theStreamIsKnownByDeviceAndInode() throws IOException {
    var file = Files.createFile(folder.resolve("stream"));
    var other = Files.createFile(folder.resolve("other"));
    var stat = Files.readAttributes(file, "unix:dev,ino");
    var named = stat.get("dev") + ":" + stat.get("ino");
    assertThat(JournalStream.isSame(named, file)).isTrue();
    assertThat(JournalStream.isSame(named, other)).as("turned elsewhere").isFalse();
    assertThat(JournalStream.isSame("", file)).isFalse();
    assertThat(JournalStream.isSame(named, folder.resolve("gone"))).isFalse();
  }

  private static String pad(String level) {
    return level + " ".repeat(6 - level.length());
  }

  private static String encoded(
      ch.qos.logback.core.encoder.Encoder<ILoggingEvent> lines,
      Level level,
      @Nullable Throwable thrown) {
    var context = new LoggerContext();
    Logger logger = context.getLogger("x");
    var event = new LoggingEvent("", logger, level, "text", thrown, new Object[0]);
    event.setInstant(Instant.parse("2026-03-01T09:30:00Z"));
    event.setMDCPropertyMap(Map.of());
    return new String(HeadedLines.forJournal(lines).encode(event), StandardCharsets.UTF_8);
  }
}
