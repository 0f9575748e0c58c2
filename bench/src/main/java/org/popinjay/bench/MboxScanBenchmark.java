package org.popinjay.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.text.ByteScan;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// How fast a spool becomes a table of messages, and stored lines become lines for the wire.
/// Questions: what are vectors worth, and which part of a scan takes the time?
///
/// Each figure is in MiB of stored octets a second. The spool lies in the page cache; its messages
/// have the size of ordinary mail.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
    })
public class MboxScanBenchmark {
  private static final int SPOOL_MIB = 64;
  private static final int BLOCK_OCTETS = 64 << 10;
  private static final int BLOCKS_PER_MIB = (1 << 20) / BLOCK_OCTETS;
  private static final int PIECE_OCTETS = 256 << 10;

  /// `vectors` or `longs`.
  @Param({"vectors", "longs"})
  String scan = "";

  private final FileCalls files = Posix.files();
  private final ContentDigest digest = new ContentDigest();
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_OCTETS);
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_OCTETS);
  private final MemorySegment stored = MemorySegment.ofBuffer(block);
  private final MemorySegment wire =
      MemorySegment.ofBuffer(ByteBuffer.allocateDirect(2 * BLOCK_OCTETS));
  private ByteScan byteScan = ByteScan.portable();
  private MboxScanner scanner = new MboxScanner(files, ZoneOffset.UTC);
  private Path spool = Path.of("");
  private int descriptor = -1;

  /// Writes the spool and fills the block with text.
  @Setup
  public void fill() throws IOException, PosixException {
    byteScan = scan.equals("vectors") ? ByteScan.fastest() : ByteScan.portable();
    scanner = new MboxScanner(files, ZoneOffset.UTC, byteScan);
    spool = Files.createTempFile("popinjay", ".mbox");
    var random = new Random(1939);
    var text = new StringBuilder(SPOOL_MIB << 20);
    for (int i = 0; text.length() < SPOOL_MIB << 20; i++) {
      message(text, i, random);
    }
    text.setLength(SPOOL_MIB << 20);
    byte[] octets = text.toString().getBytes(StandardCharsets.US_ASCII);
    Files.write(spool, octets);
    block.put(octets, octets.length - BLOCK_OCTETS, BLOCK_OCTETS).flip();
    descriptor = files.open(spool.toString(), OpenFlags.READ, 0);
  }

  private static void message(StringBuilder out, int number, Random random) {
    out.append("From tea@pot.example Thu Nov  9 22:33:52 2023\n");
    for (int hop = 0; hop < 4; hop++) {
      out.append("Received: from kiln").append(hop).append(".example by pot.example;\n");
      out.append("\tThu, 09 Nov 2023 22:33:52 +0000\n");
    }
    out.append("Message-ID: <").append(number).append("@kiln.example>\n");
    out.append("Date: Thu, 09 Nov 2023 22:33:52 +0000\nFrom: A Potter <potter@kiln.example>\n");
    out.append("To: tea@pot.example\nSubject: Number ").append(number).append("\nStatus: RO\n\n");
    int lines = 10 + random.nextInt(300);
    for (int line = 0; line < lines; line++) {
      int length = random.nextInt(76);
      for (int i = 0; i < length; i++) {
        out.append((char) (i % 6 == 5 ? ' ' : 'A' + random.nextInt(58)));
      }
      out.append('\n');
    }
    out.append('\n');
  }

  /// Closes and removes the spool.
  @TearDown
  public void remove() throws IOException, PosixException {
    files.close(descriptor);
    Files.delete(spool);
  }

  /// A scan of a spool that nothing is known of.
  @Benchmark
  @OperationsPerInvocation(SPOOL_MIB)
  public MessageTable wholeSpool() throws PosixException {
    var table = new MessageTable(1024);
    scanner.scan(descriptor, 0, (long) SPOOL_MIB << 20, false, table);
    return table;
  }

  /// What reading alone takes of it.
  @Benchmark
  @OperationsPerInvocation(SPOOL_MIB)
  public long readingAlone() throws PosixException {
    long at = 0;
    while (at < (long) SPOOL_MIB << 20) {
      at += files.read(descriptor, piece.clear(), at);
    }
    return at;
  }

  /// What the digest alone takes of it.
  @Benchmark
  @OperationsPerInvocation(1)
  public long digestAlone() {
    digest.reset();
    for (int i = 0; i < BLOCKS_PER_MIB; i++) {
      digest.update(stored, 0, BLOCK_OCTETS);
    }
    return digest.value();
  }

  /// Lines as they are stored to lines as they are sent.
  @Benchmark
  @OperationsPerInvocation(1)
  public long linesForTheWire() {
    long put = 0;
    for (int i = 0; i < BLOCKS_PER_MIB; i++) {
      long counts = byteScan.copyForWire(stored, 0, BLOCK_OCTETS, false, wire, 0, wire.byteSize());
      put += ByteScan.Copied.put(counts);
    }
    return put;
  }
}
