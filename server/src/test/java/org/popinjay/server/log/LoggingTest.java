package org.popinjay.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LogConfig;
import org.popinjay.wire.transcript.RecordCopy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
  private static final Logger SESSION = LoggerFactory.getLogger("popinjay.session");
  private static final Logger LIBRARY = LoggerFactory.getLogger("io.netty.toy");

  @TempDir Path folder;

  @AfterAll
  static void backToStandardError() throws IOException {
    Logging.start(LogConfig.DEFAULTS);
  }

  @Test
  void aTextLineHasTimeLevelLoggerAndContext() throws IOException {
    var lines =
        logged(
            LogConfig.Format.TEXT,
            LogConfig.Level.INFO,
            () -> {
              try (var _ = MDC.putCloseable("user", "tea")) {
                SESSION.info("ended after {} commands", 3);
              }
            });
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  popinjay\\.session: "
                + "\\[user=tea] ended after 3 commands");
  }

  @Test
  void noMessageCanForgeALine() throws IOException {
    var lines =
        logged(
            LogConfig.Format.TEXT,
            LogConfig.Level.INFO,
            () -> SESSION.warn("a\r\n2026-01-01T00:00:00.000Z ERROR forged\u001b[2J"));
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).endsWith("a??2026-01-01T00:00:00.000Z ERROR forged?[2J");
  }

  @Test
  void aStackTraceIsIndented() throws IOException {
    var lines =
        logged(
            LogConfig.Format.TEXT,
            LogConfig.Level.INFO,
            () -> SESSION.error("broken", new IllegalStateException("two\nlines")));
    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("\t"));
  }

  @Test
  void aJsonLineIsOneObject() throws IOException {
    var lines =
        logged(
            LogConfig.Format.JSON,
            LogConfig.Level.INFO,
            () -> {
              try (var _ = MDC.putCloseable("user", "te\"a")) {
                SESSION.error("a\n\"b\"\\ \u0001 \ud800 😀", new IllegalStateException("x"));
              }
            });
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .startsWith("{\"time\":\"")
        .contains("\"level\":\"ERROR\",\"logger\":\"popinjay.session\",\"thread\":\"")
        .contains("\"message\":\"a\\n\\\"b\\\"\\\\ \\u0001 \\ud800 😀\"")
        .contains(",\"context\":{\"user\":\"te\\\"a\"},\"trace\":\"java.lang.IllegalState")
        .endsWith("\"}");
  }

  @Test
  void librariesAreQuieterThanWeAre() throws IOException {
    assertThat(
            logged(
                LogConfig.Format.TEXT,
                LogConfig.Level.INFO,
                () -> {
                  LIBRARY.info("unheard");
                  LIBRARY.warn("heard");
                  SESSION.debug("unheard");
                }))
        .singleElement()
        .asString()
        .endsWith("WARN  io.netty.toy: heard");
  }

  @Test
  void reopeningFollowsARotation() throws IOException {
    var file = folder.resolve("log");
    var settings = to(file, LogConfig.Format.TEXT, LogConfig.Level.INFO);
    try (var logging = Logging.start(settings)) {
      SESSION.info("before");
      waitForLines(file, 1);
      Files.move(file, folder.resolve("log.1"));
      logging.open(settings).use();
      SESSION.info("after");
    }
    assertThat(folder.resolve("log.1")).content().endsWith("before\n");
    assertThat(file).content().endsWith("after\n").doesNotContain("before");
  }

  @Test
  void aSymbolicLinkIsNoLogFile() throws IOException {
    var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
    assertThatThrownBy(
            () -> Logging.start(to(link, LogConfig.Format.TEXT, LogConfig.Level.INFO)).close())
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void theLinesOfUwAreThereForWhoWantsThem() throws IOException {
    var file = folder.resolve("log");
    var uw = LoggerFactory.getLogger("popinjay.uw");
    var without = to(file, LogConfig.Format.TEXT, LogConfig.Level.DEBUG);
    var with =
        new LogConfig(
            without.level(),
            without.format(),
            without.statistics(),
            without.traceFile(),
            without.traceUsers(),
            without.traceAddresses(),
            without.traceOctets(),
            without.file(),
            without.syslog(),
            without.signInFile(),
            true);
    try (var logging = Logging.start(without)) {
      uw.info("Login user=one");
      try (var next = logging.open(with)) {
        next.use();
      }
      uw.info("Login user=two");
      try (var next = logging.open(without)) {
        next.use();
      }
      uw.info("Login user=three");
    }
    assertThat(Files.readAllLines(file))
        .singleElement()
        .asString()
        .endsWith("Z INFO  popinjay.uw: Login user=two");
  }

  private List<String> logged(LogConfig.Format format, LogConfig.Level level, Runnable work)
      throws IOException {
    var file = folder.resolve("log");
    try (var _ = Logging.start(to(file, format, level))) {
      work.run();
    }
    return Files.readAllLines(file);
  }

  private static LogConfig to(Path file, LogConfig.Format format, LogConfig.Level level) {
    var there = RecordCopy.changed(LogConfig.DEFAULTS, "file", Optional.of(file));
    return RecordCopy.changed(RecordCopy.changed(there, "format", format), "level", level);
  }

  private static void waitForLines(Path file, int count) throws IOException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (Files.readAllLines(file).size() < count) {
      assertThat(System.nanoTime()).as("time to write a line").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
