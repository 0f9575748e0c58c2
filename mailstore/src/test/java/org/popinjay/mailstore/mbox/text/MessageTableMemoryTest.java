package org.popinjay.mailstore.mbox.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The index costs 64 octets a message, five longs and six ints, and with what is spare a million
/// messages stay below 64 MiB.
class MessageTableMemoryTest {
  private static final int MESSAGES = 1_000_000;
  private static final long MOST_OCTETS = 64L << 20;

  @TempDir private Path temp;

  /// Adds rows one by one, as a scan does.
  private static MessageTable scanned(int messages) {
    var table = new MessageTable(0);
    for (int i = 0; i < messages; i++) {
      table.uid(table.add(100L * i), i + 1);
    }
    table.end(100L * messages);
    table.orderByUid();
    return table;
  }

  private static long columnOctets(MessageTable table) {
    long octets = 0;
    for (var column : table.longColumns()) {
      octets += (long) column.length * Long.BYTES;
    }
    for (var column : table.intColumns()) {
      octets += (long) column.length * Integer.BYTES;
    }
    return octets;
  }

  @Test
  void aTrimmedTableHasNothingToSpare() {
    var table = scanned(MESSAGES);
    table.trim();
    assertThat(columnOctets(table)).isEqualTo(64L * MESSAGES);
  }

  @Test
  void aTableThatGrowsRowByRowNeverHasMoreThanIsAllowed() {
    var table = new MessageTable(0);
    double most = 0;
    for (int i = 1; i <= MESSAGES; i++) {
      table.add(100L * i);
      if (i >= 1000) {
        most = Math.max(most, (double) columnOctets(table) / i);
      }
    }
    assertThat(most * MESSAGES).isLessThanOrEqualTo(MOST_OCTETS);
  }

  @Test
  void theHeapOfAJvmSaysTheSame() throws Exception {
    var result = temp.resolve("octets");
    var java =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx256m",
                    // Else a collection may leave gaps, which count as used.
                    "-XX:MarkSweepAlwaysCompactCount=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Probe.class.getName(),
                    result.toString()))
            .inheritIO()
            .start();
    assertThat(java.waitFor()).isZero();
    long octets = Long.parseLong(Files.readString(result));
    assertThat(octets).isBetween(64L * MESSAGES, MOST_OCTETS);
  }

  /// Measures in a JVM of its own what a table of a million messages keeps on the heap, grown row
  /// by row and not trimmed.
  static final class Probe {
    private Probe() {}

    /// Measures and writes the octets into the file that the argument names.
    public static void main(String[] arguments) throws Exception {
      long before = used();
      var table = scanned(MESSAGES);
      long after = used();
      if (table.rowOf(MESSAGES) != MESSAGES - 1) {
        throw new IllegalStateException("the last message is missing");
      }
      Files.writeString(Path.of(arguments[0]), Long.toString(after - before));
    }

    private static long used() {
      var runtime = Runtime.getRuntime();
      System.gc();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
