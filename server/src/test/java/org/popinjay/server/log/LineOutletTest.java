package org.popinjay.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.wire.transcript.LogWitness;

/// Lines to a file on a disk that hangs.
@Timeout(180)
class LineOutletTest {
  private static final String WARNING = "log.toy: lines are lost: the disk does not answer";

  private static final Duration AN_HOUR = Duration.ofHours(1);

  @TempDir private Path folder;

  private final HangingWrites disk = new HangingWrites();
  private final LogWitness log = new LogWitness(LineOutlet.class.getName(), Level.INFO);

  @AfterEach
  void stop() {
    disk.end();
    log.close();
  }

  private LineOutlet outlet(Duration patience) {
    return new LineOutlet("log.toy", 0600, disk.calls(), patience);
  }

  private void open(LineOutlet outlet, String name) throws IOException {
    try (var file = outlet.open(Optional.of(folder.resolve(name)))) {
      file.use();
    }
  }

  @Test
  void holdUpOneWriterOnlyAndTheLogSaysOnceThatTheyAreLost() throws Exception {
    try (var outlet = outlet(Duration.ofMillis(1))) {
      open(outlet, "lines");
      var first = Thread.ofVirtual().start(() -> outlet.write("first"));
      disk.awaitFirst();
      outlet.write("lost");
      outlet.write("lost");
      assertThat(log.lines()).containsExactly(WARNING);
      disk.end();
      first.join();
      outlet.write("last");
    }
    assertThat(folder.resolve("lines")).hasContent("first\nlast");
    assertThat(log.lines()).containsExactly(WARNING);
  }

  @Test
  void waitForNobodyOnceOneHasWaitedInVain() throws Exception {
    try (var file = LineFile.open(disk.calls(), folder.resolve("lines"), 0600)) {
      var first = CompletableFuture.supplyAsync(() -> written(file, "first", AN_HOUR));
      disk.awaitFirst();
      assertThat(written(file, "second", Duration.ofMillis(1))).isFalse();
      assertThat(written(file, "third", AN_HOUR)).isFalse();
      disk.end();
      assertThat(first.join()).isTrue();
      assertThat(written(file, "last", Duration.ZERO)).isTrue();
    }
    assertThat(folder.resolve("lines")).hasContent("first\nlast");
  }

  private static boolean written(LineFile file, String line, Duration patience) {
    try {
      return file.write(line, patience);
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void areTurnedToAnotherFileAllTheSame() throws Exception {
    try (var outlet = outlet(AN_HOUR)) {
      open(outlet, "lines");
      var first = Thread.ofVirtual().start(() -> outlet.write("first"));
      disk.awaitFirst();
      var second = Thread.ofVirtual().start(() -> outlet.write("second"));
      open(outlet, "other");
      assertThat(disk.closed()).isZero();
      disk.end();
      first.join();
      second.join();
      assertThat(disk.closed()).isEqualTo(1);
      assertThat(folder.resolve("lines")).content().startsWith("first\n");
      outlet.write("third");
      assertThat(folder.resolve("other")).content().endsWith("third\n");
    }
    assertThat(disk.closed()).isEqualTo(2);
    assertThat(log.lines()).isEmpty();
  }
}
