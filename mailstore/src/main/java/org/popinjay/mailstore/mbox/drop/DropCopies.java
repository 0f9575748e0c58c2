package org.popinjay.mailstore.mbox.drop;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Which messages of a `.USER.pop` its spool has, too.
///
/// Mail is thrown away for being there twice, so no digest decides that alone: bodies are compared
/// octet by octet.
///
/// Used under the lock chain of the spool.
final class DropCopies {
  private static final int NONE = -1;
  private static final int WINDOW_OCTETS = 64 << 10;

  private final MboxEnvironment environment;
  private final LeftDrop drop;
  private final MessageTable left;
  private final SpoolFile spool;
  private final MessageTable table;

  /// @param left messages of the drop
  /// @param table those of the spool
  DropCopies(
      MboxEnvironment environment,
      LeftDrop drop,
      MessageTable left,
      SpoolFile spool,
      MessageTable table) {
    this.environment = environment;
    this.drop = drop;
    this.left = left;
    this.spool = spool;
    this.table = table;
  }

  /// What two copies of a message have in common.
  private record Digest(long header, long body) {
    static Digest of(MessageTable table, int row) {
      return new Digest(table.headerDigest(row), table.bodyDigest(row));
    }
  }

  /// For each message of the drop the row of its copy in the spool, or -1; each row for one.
  int[] rows() throws IOException {
    Map<Digest, Deque<Integer>> copies = HashMap.newHashMap(table.count());
    for (int row = 0; row < table.count(); row++) {
      copies.computeIfAbsent(Digest.of(table, row), _ -> new ArrayDeque<>(1)).add(row);
    }
    var rows = new int[left.count()];
    for (int row = 0; row < rows.length; row++) {
      var candidates = copies.get(Digest.of(left, row));
      rows[row] =
          candidates != null && !candidates.isEmpty() && hasSameBody(row, candidates.getFirst())
              ? candidates.removeFirst()
              : NONE;
    }
    matchCutOff(rows);
    return rows;
  }

  private boolean hasSameBody(int row, int spoolRow) throws IOException {
    long octets = withoutLineEnd(left, row);
    return withoutLineEnd(table, spoolRow) == octets
        && areEqual(left.bodyStart(row), table.bodyStart(spoolRow), octets);
  }

  /// Octets of a body, of which the last line may have got its end since.
  private static long withoutLineEnd(MessageTable table, int row) {
    int bits = table.bits(row);
    long octets = table.contentEnd(row) - table.bodyStart(row);
    int lineEnd = (bits & Bits.CRLF) != 0 ? 2 : 1;
    return (bits & Bits.NO_FINAL_LINE_END) != 0 ? octets : Math.max(0, octets - lineEnd);
  }

  /// The old server may have been killed while it copied the spool into the drop: the last message
  /// is then the beginning of the one that follows in the spool, and no mail of its own.
  private void matchCutOff(int[] rows) throws IOException {
    int last = rows.length - 1;
    if (rows[last] != NONE) {
      return;
    }
    int next = last == 0 ? 0 : rows[last - 1] + 1;
    if (next == table.count() || Arrays.stream(rows).anyMatch(row -> row == next)) {
      return;
    }
    long octets = drop.octets() - left.offset(last);
    boolean fits = table.offset(next) + octets <= table.endOf(table.count() - 1);
    if (fits && areEqual(left.offset(last), table.offset(next), octets)) {
      rows[last] = next;
    }
  }

  private boolean areEqual(long inDrop, long inSpool, long octets) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var mine = arena.allocate(WINDOW_OCTETS).asByteBuffer();
      var other = arena.allocate(WINDOW_OCTETS).asByteBuffer();
      for (long at = 0; at < octets; at += mine.limit()) {
        read(drop.descriptor(), inDrop + at, octets - at, mine);
        read(spool.descriptor(), inSpool + at, octets - at, other);
        if (!mine.equals(other)) {
          return false;
        }
      }
      return true;
    }
  }

  private void read(int descriptor, long at, long octets, ByteBuffer into) throws IOException {
    into.clear().limit((int) Math.min(into.capacity(), octets));
    WholeTransfers.read(environment.files(), descriptor, into, at);
    into.flip();
  }
}
