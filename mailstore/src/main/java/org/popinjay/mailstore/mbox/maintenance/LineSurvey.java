package org.popinjay.mailstore.mbox.maintenance;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.mailstore.mbox.text.ByteScan;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Looks at every line of a spool that was scanned: what a scan passes over because it means
/// nothing to a mail server, and means something to an operator.
///
/// One pass in linear time, with fixed memory. Judges no separator: what is one says the table.
final class LineSurvey {
  private static final int PIECE = 256 << 10;
  private static final int HEAD = 8;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

  private final FileCalls files;
  private final ByteScan scan = ByteScan.fastest();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
  private final MemorySegment octets = MemorySegment.ofBuffer(buffer.duplicate());
  private final MessageTable table;
  private final Findings findings;
  private final BitSet eightBit = new BitSet();

  private final byte[] head = new byte[HEAD];
  private int headOctets;
  private long lineStart;
  private int row = -1;
  private int pieceRow;
  private long bareFrom;
  private long quotedFrom;
  private long deeperQuotedFrom;
  private long longest;
  private long longestAt;

  /// @param table of the whole spool
  LineSurvey(FileCalls files, MessageTable table, Findings findings) {
    this.files = files;
    this.table = table;
    this.findings = findings;
  }

  /// Reads the file from its beginning up to an offset.
  void read(int descriptor, long upTo) throws PosixException {
    long at = 0;
    while (at < upTo) {
      buffer.clear().limit((int) Math.min(PIECE, upTo - at));
      int count = files.read(descriptor, buffer, at);
      if (count <= 0) {
        break;
      }
      lines(at, count);
      eightBit(at, at + count);
      at += count;
    }
    if (at > lineStart) {
      line(at);
    }
  }

  private void lines(long base, int count) {
    long at = 0;
    while (at < count) {
      if (base + at - lineStart < HEAD) {
        takeHead(at, count);
      }
      long lineFeed = scan.lineFeed(octets, at, count);
      if (lineFeed == count) {
        return;
      }
      at = lineFeed + 1;
      line(base + at);
    }
  }

  private void takeHead(long at, int count) {
    int more = (int) Math.min(HEAD - headOctets, count - at);
    MemorySegment.copy(octets, ValueLayout.JAVA_BYTE, at, head, headOctets, more);
    headOctets += more;
  }

  /// A line has come to its end.
  private void line(long end) {
    if (end - lineStart > longest) {
      longest = end - lineStart;
      longestAt = lineStart;
    }
    if (head[0] == '>') {
      quotedFrom += isFrom(1) ? 1 : 0;
      deeperQuotedFrom += head[1] == '>' && isFrom(2) ? 1 : 0;
    } else if (head[0] == 'F' && isFrom(0)) {
      from();
    }
    lineStart = end;
    headOctets = 0;
  }

  private boolean isFrom(int at) {
    for (int i = 0; i < FROM.length; i++) {
      if (at + i >= headOctets || head[at + i] != FROM[i]) {
        return false;
      }
    }
    return true;
  }

  private void from() {
    while (row + 1 < table.count() && table.offset(row + 1) <= lineStart) {
      row++;
    }
    if (row >= 0 && table.offset(row) != lineStart) {
      bareFrom++;
      findings.add(
          Kind.BARE_FROM, row + 1, lineStart, "a line begins with \"From \" and separates nothing");
    }
  }

  private void eightBit(long from, long to) {
    while (pieceRow + 1 < table.count() && table.offset(pieceRow + 1) <= from) {
      pieceRow++;
    }
    for (int at = pieceRow; at < table.count() && table.offset(at) < to; at++) {
      long start = Math.max(from, table.offset(at));
      long end = Math.min(to, table.endOf(at));
      if (!eightBit.get(at) && start < end && hasHigh(start - from, end - from)) {
        eightBit.set(at);
      }
    }
  }

  private boolean hasHigh(long from, long to) {
    long at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      if ((octets.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & HIGH_BITS) != 0) {
        return true;
      }
    }
    for (; at < to; at++) {
      if (octets.get(ValueLayout.JAVA_BYTE, at) < 0) {
        return true;
      }
    }
    return false;
  }

  /// Lines that begin with `From ` and separate nothing.
  long bareFromLines() {
    return bareFrom;
  }

  /// Lines that begin with `>From `.
  long quotedFromLines() {
    return quotedFrom;
  }

  /// Lines that begin with `>>From `.
  long deeperQuotedFromLines() {
    return deeperQuotedFrom;
  }

  /// Octets of the longest line, its end included.
  long longestLineOctets() {
    return longest;
  }

  /// Where it begins.
  long longestLineAt() {
    return longestAt;
  }

  /// Messages with an octet above 127.
  int eightBitMessages() {
    return eightBit.cardinality();
  }
}
