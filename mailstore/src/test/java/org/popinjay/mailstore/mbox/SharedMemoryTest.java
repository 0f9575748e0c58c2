package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.MailboxView;

/// What a mailbox takes in memory: once for all sessions, and for each that has it open.
class SharedMemoryTest {
  private static final int MESSAGES = 200_000;
  private static final int SESSIONS = 16;

  /// A mailbox of a million messages may take 64 MiB.
  private static final long MOST_OCTETS = (64L << 20) / (1_000_000 / MESSAGES);

  /// What does not depend on the number of messages: buffers, classes, one thread.
  private static final long FIXED_OCTETS = 2L << 20;

  @TempDir private Path folder;

  @Test
  void aMailboxIsInMemoryOnceAndEachSessionAddsLittle() throws Exception {
    var result = folder.resolve("octets");
    var java =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    // Else a collection may leave gaps, which count as used.
                    "-XX:MarkSweepAlwaysCompactCount=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Probe.class.getName(),
                    folder.resolve("rig").toString(),
                    result.toString()))
            .inheritIO()
            .start();
    assertThat(java.waitFor()).isZero();
    var octets = Files.readAllLines(result);
    assertThat(Long.parseLong(octets.get(0)))
        .as("the mailbox with one session")
        .isBetween(64L * MESSAGES, MOST_OCTETS + FIXED_OCTETS);
    assertThat(Long.parseLong(octets.get(1)) / (SESSIONS * MESSAGES))
        .as("octets a message that a further session takes")
        .isLessThanOrEqualTo(8);
  }

  /// Measures in a JVM of its own.
  static final class Probe {
    private Probe() {}

    /// Opens a mailbox once, then more often, and writes what that took.
    public static void main(String[] arguments) throws Exception {
      try (var rig = new MboxRig(Path.of(arguments[0]))) {
        // What is made once, whatever is opened, is not what is looked for.
        rig.deliver("pot", 1);
        rig.view("pot").close();
        fill(rig.spool("tea"));
        long before = used();
        var first = rig.view("tea");
        long one = used();
        var more = new ArrayList<MailboxView>();
        for (int i = 0; i < SESSIONS; i++) {
          more.add(rig.view("tea"));
        }
        long all = used();
        if (first.count() != MESSAGES || more.getLast().count() != MESSAGES) {
          throw new IllegalStateException("found " + first.count());
        }
        Files.write(
            Path.of(arguments[1]), List.of(Long.toString(one - before), Long.toString(all - one)));
        more.forEach(MailboxView::close);
        first.close();
      }
    }

    private static void fill(Path spool) throws Exception {
      try (var out = Files.newBufferedWriter(spool, ISO_8859_1)) {
        for (int i = 0; i < MESSAGES; i++) {
          out.write("From mda@example.org Thu Nov  9 22:33:52 2023\nSubject: " + i + "\n\nx\n\n");
        }
      }
      Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rw-------"));
    }

    private static long used() {
      var runtime = Runtime.getRuntime();
      System.gc();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
