package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.mailbox.Spools;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// Spools of all kinds, damaged at random: what the scanner finds must still make sense.
class SpoolFuzzTest {
  private static final int SPOOLS = 400;
  private static final List<String> SPLINTERS =
      List.of(
          "\n",
          "\r\n",
          "\r",
          "\0",
          "\n\n",
          "From ",
          "\nFrom ",
          "\n\nFrom a\n",
          "\nFrom a@b Thu Nov  9 22:33:52 2023\n",
          "\n\nFrom a@b Thu Nov  9 22:33:52 2023\n",
          "\r\n\r\nFrom a@b Thu Nov  9 22:33:52 2023\r\n",
          "\n\nFrom a b Thu, 9 Nov 2023 22:33:52 +0000\n",
          "\nStatus: RO\n",
          "\nX-UID: 12\nX-UID: 13\n",
          "\nX-Status:\n folded\n",
          "\nX-IMAPbase: 1700000000 0000000099\n",
          "\nContent-Length: 20\n",
          "\n\t",
          "\n.",
          ":");

  private static final FileCalls FILES = Posix.files();

  @TempDir private Path temp;
  private final MboxScanner scanner = new MboxScanner(FILES, ZoneOffset.UTC);
  private final MboxScanner portable = new MboxScanner(FILES, ZoneOffset.UTC, ByteScan.portable());

  @Test
  void anUndamagedSpoolHasTheMessagesThatWereStored() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      byte[] spool = Spools.mixed(20, seed);
      var stored = Spools.read(spool);
      var table = scan(scanner, write(spool), 0, spool.length);
      assertThat(table.count()).as("seed " + seed).isEqualTo(stored.size());
      for (int row = 0; row < table.count(); row++) {
        int from = (int) table.headerStart(row);
        int to = (int) table.contentEnd(row);
        byte[] content = Arrays.copyOfRange(spool, from, to);
        // Of a message without a body nobody can tell the blank line from the separator.
        assertThat(content).isIn(stored.get(row), concat(stored.get(row), "\n"));
      }
    }
  }

  @Test
  void whateverHappensToASpoolItsMessagesTileItAndHaveTheirExactSizes() throws Exception {
    for (int seed = 0; seed < SPOOLS; seed++) {
      byte[] spool = damaged(seed);
      var file = write(spool);
      var table = scan(scanner, file, 0, spool.length);
      if (table.end() == 0) {
        continue;
      }
      assertSame(scan(portable, file, 0, spool.length), table, 0, seed);
      assertThat(table.end()).as("seed " + seed).isEqualTo(spool.length);
      var naive =
          NaiveMbox.messages(
              new String(spool, (int) start(spool), spool.length - (int) start(spool), ISO_8859_1));
      int hidden = naive.size() - table.count();
      assertThat(hidden).as("messages not listed, seed " + seed).isBetween(0, 1);
      for (int row = 0; row < table.count(); row++) {
        var expected = naive.get(row + hidden);
        var what = "seed " + seed + " row " + row;
        assertThat(table.offset(row)).as(what).isEqualTo(start(spool) + expected.offset());
        assertThat(table.endOf(row)).as(what).isEqualTo(start(spool) + expected.end());
        assertThat(table.wireOctets(row)).as(what).isEqualTo(expected.wire().length());
        assertThat(table.bodyDigest(row)).as(what).isEqualTo(expected.bodyDigest());
      }
    }
  }

  /// After a delivery only the tail is read: it has to look as it does in a reading of the whole.
  @Test
  void aScanThatBeginsAtAnyMessageFindsTheSameFromThereOn() throws Exception {
    for (int seed = 0; seed < SPOOLS; seed++) {
      byte[] spool = damaged(seed);
      var file = write(spool);
      var whole = scan(scanner, file, 0, spool.length);
      for (int row = 0; row < whole.count(); row++) {
        assertSame(scan(scanner, file, whole.offset(row), spool.length), whole, row, seed);
      }
    }
  }

  /// What was known of the messages before the last one stays true, wherever the writer was.
  @Test
  void aScanThatEndsAnywhereFindsTheSameUpToTheMessageBefore() throws Exception {
    for (int seed = 0; seed < SPOOLS / 4; seed++) {
      byte[] spool = damaged(seed);
      var file = write(spool);
      var whole = scan(scanner, file, 0, spool.length);
      var random = new SplittableRandom(seed);
      for (int i = 0; i < 20; i++) {
        long end = random.nextLong(spool.length + 1L);
        var part = scan(scanner, file, 0, end);
        for (int row = 0; row < part.count() - 1; row++) {
          assertRow(part, row, whole, row, "seed " + seed + " cut at " + end);
        }
      }
    }
  }

  private static void assertSame(MessageTable part, MessageTable whole, int from, int seed) {
    var what = "seed " + seed + " from row " + from;
    assertThat(part.count()).as(what).isEqualTo(whole.count() - from);
    assertThat(part.end()).as(what).isEqualTo(whole.end());
    for (int row = 0; row < part.count(); row++) {
      assertRow(part, row, whole, from + row, what);
    }
  }

  private static void assertRow(
      MessageTable one, int row, MessageTable other, int otherRow, String what) {
    assertThat(columns(one, row)).as(what + " row " + otherRow).isEqualTo(columns(other, otherRow));
  }

  private static List<Long> columns(MessageTable table, int row) {
    return List.of(
        table.offset(row),
        table.endOf(row),
        table.wireOctets(row),
        table.headerDigest(row),
        table.bodyDigest(row),
        table.internalDate(row),
        (long) table.fromLineOctets(row),
        (long) table.headerOctets(row),
        (long) table.uid(row),
        (long) table.bits(row));
  }

  private static long start(byte[] spool) {
    return IntStream.range(0, spool.length)
        .filter(i -> spool[i] != '\n' && spool[i] != '\r' && spool[i] != 0)
        .findFirst()
        .orElse(spool.length);
  }

  private static byte[] damaged(int seed) {
    var random = new SplittableRandom(seed);
    byte[] spool = Spools.mixed(random.nextInt(1, 6), seed);
    if (random.nextInt(4) == 0) {
      spool = Spools.withCrlf(spool);
    }
    for (int i = random.nextInt(8); i >= 0; i--) {
      spool = damaged(spool, random);
    }
    return spool;
  }

  private static byte[] damaged(byte[] spool, SplittableRandom random) {
    int at = random.nextInt(spool.length + 1);
    int next = random.nextInt(at, Math.min(spool.length, at + 200) + 1);
    byte[] before = Arrays.copyOf(spool, at);
    byte[] splinter = SPLINTERS.get(random.nextInt(SPLINTERS.size())).getBytes(ISO_8859_1);
    return switch (random.nextInt(5)) {
      case 0, 1 -> concat(concat(before, splinter), Arrays.copyOfRange(spool, at, spool.length));
      case 2 -> concat(concat(before, splinter), Arrays.copyOfRange(spool, next, spool.length));
      case 3 -> concat(before, Arrays.copyOfRange(spool, next, spool.length));
      default -> {
        byte[] again = Arrays.copyOfRange(spool, Math.max(0, at - 50), spool.length);
        yield random.nextInt(4) == 0 ? before : concat(before, again);
      }
    };
  }

  private static byte[] concat(byte[] one, String other) {
    return concat(one, other.getBytes(ISO_8859_1));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    var both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.writeBytes(other);
    return both.toByteArray();
  }

  private Path write(byte[] spool) throws IOException {
    return Files.write(temp.resolve("spool"), spool);
  }

  /// An empty table for what is no mailbox.
  private static MessageTable scan(MboxScanner with, Path file, long from, long to)
      throws PosixException {
    var table = new MessageTable(16);
    int descriptor = FILES.open(file.toString(), OpenFlags.READ, 0);
    try {
      return with.scan(descriptor, from, to, false, table) instanceof MboxScanner.Outcome.Scanned
          ? table
          : new MessageTable(0);
    } finally {
      FILES.close(descriptor);
    }
  }
}
