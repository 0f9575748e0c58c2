package org.popinjay.mailstore.dovecot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;

/// The messages of an index while it is read, ascending by UID, one column an array. What was
/// removed keeps its row until [#settled].
final class Messages {
  /// Keywords that are kept apart; nobody has more, but for mischief.
  static final int MOST_KEYWORDS = 1_000;

  /// Rows that changes may touch in all: a log of a few octets can name all messages again and
  /// again.
  private static final long MOST_WORK = 1L << 26;

  private static final int ANSWERED = 0x01;
  private static final int FLAGGED = 0x02;
  private static final int DELETED = 0x04;
  private static final int SEEN = 0x08;
  private static final int DRAFT = 0x10;
  private static final int DIRTY = 0x80;

  private final List<String> keywordNames = new ArrayList<>();
  private final Map<String, Integer> keywordNumbers = new HashMap<>();
  private final BitSet gone = new BitSet();
  private final BitSet unwritten = new BitSet();
  private int count;
  private int[] uid = new int[16];
  private byte[] bits = new byte[16];
  private long[] offset = new long[16];
  private long[] digestHigh = new long[16];
  private long[] digestLow = new long[16];
  private long[] changed = new long[16];
  private @Nullable BitSet[] keywords = new BitSet[16];
  private long work;

  int count() {
    return count;
  }

  int uid(int row) {
    return uid[row];
  }

  long offset(int row) {
    return offset[row];
  }

  long digestHigh(int row) {
    return digestHigh[row];
  }

  long digestLow(int row) {
    return digestLow[row];
  }

  boolean isUnwritten(int row) {
    return unwritten.get(row);
  }

  Flags flags(int row) {
    var system = FlagSet.NONE;
    system = (bits[row] & SEEN) != 0 ? system.with(Flag.SEEN) : system;
    system = (bits[row] & ANSWERED) != 0 ? system.with(Flag.ANSWERED) : system;
    system = (bits[row] & FLAGGED) != 0 ? system.with(Flag.FLAGGED) : system;
    system = (bits[row] & DRAFT) != 0 ? system.with(Flag.DRAFT) : system;
    system = (bits[row] & DELETED) != 0 ? system.with(Flag.DELETED) : system;
    var set = keywords[row];
    return new Flags(
        system,
        set == null || set.isEmpty()
            ? Keywords.NONE
            : new Keywords(
                set.stream()
                    .mapToObj(keywordNames::get)
                    .filter(Keyword::isValid)
                    .map(Keyword::new)
                    .distinct()
                    .toList()));
  }

  /// Adds a message.
  ///
  /// @return its row, or -1 if its UID does not follow
  int add(int uidBits, int flags) {
    boolean follows =
        uidBits != 0 && (count == 0 || Integer.compareUnsigned(uidBits, uid[count - 1]) > 0);
    if (!follows) {
      return -1;
    }
    if (count == uid.length) {
      grow();
    }
    uid[count] = uidBits;
    bits[count] = (byte) flags;
    offset[count] = -1;
    return count++;
  }

  private void grow() {
    int room = count + (count >> 1);
    uid = Arrays.copyOf(uid, room);
    bits = Arrays.copyOf(bits, room);
    offset = Arrays.copyOf(offset, room);
    digestHigh = Arrays.copyOf(digestHigh, room);
    digestLow = Arrays.copyOf(digestLow, room);
    changed = Arrays.copyOf(changed, room);
    keywords = Arrays.copyOf(keywords, room);
  }

  /// The first row whose UID is at least this.
  int notBelow(int uidBits) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(uid[middle], uidBits) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Changes one row.
  @FunctionalInterface
  private interface Change {
    void of(int row);
  }

  private void each(Octets of, int first, int last, Change change) throws UnsoundException {
    for (int row = notBelow(first);
        row < count && Integer.compareUnsigned(uid[row], last) <= 0;
        row++) {
      if (++work > MOST_WORK) {
        throw of.unsound("more changes than anybody makes");
      }
      change.of(row);
    }
  }

  void remove(Octets of, int first, int last) throws UnsoundException {
    each(of, first, last, gone::set);
  }

  /// @param at where the log says so, if a client wanted it; 0 if the spool did
  void flag(Octets of, int first, int last, int add, int remove, long at) throws UnsoundException {
    each(
        of,
        first,
        last,
        row -> {
          bits[row] = (byte) ((bits[row] & ~remove) | add);
          changed[row] = Math.max(changed[row], at);
        });
  }

  /// The number of a keyword, or -1 if there are too many.
  int keyword(String name) {
    var known = keywordNumbers.get(name);
    if (known != null) {
      return known;
    }
    if (keywordNames.size() == MOST_KEYWORDS) {
      return -1;
    }
    keywordNames.add(name);
    keywordNumbers.put(name, keywordNames.size() - 1);
    return keywordNames.size() - 1;
  }

  void label(Octets of, int first, int last, int number, boolean add, long at)
      throws UnsoundException {
    each(
        of,
        first,
        last,
        row -> {
          label(row, number, add);
          changed[row] = Math.max(changed[row], at);
        });
  }

  void label(int row, int number, boolean add) {
    var set = keywords[row];
    if (set == null && add) {
      set = new BitSet();
      keywords[row] = set;
    }
    if (set != null) {
      set.set(number, add);
    }
  }

  void unlabel(Octets of, int first, int last, long at) throws UnsoundException {
    each(
        of,
        first,
        last,
        row -> {
          keywords[row] = null;
          changed[row] = Math.max(changed[row], at);
        });
  }

  /// The row of a UID, or -1.
  int rowOf(int uidBits) {
    int row = notBelow(uidBits);
    return row < count && uid[row] == uidBits ? row : -1;
  }

  void offset(int row, long octets) {
    offset[row] = octets;
  }

  void digest(int row, long high, long low) {
    digestHigh[row] = high;
    digestLow[row] = low;
  }

  void forgetOffsets(Octets of) throws UnsoundException {
    each(of, 0, -1, row -> offset[row] = -1);
  }

  void forgetDigests(Octets of) throws UnsoundException {
    each(of, 0, -1, row -> digest(row, 0, 0));
  }

  /// Those that are left.
  ///
  /// @param written up to where changes that clients wanted are in the spool
  Messages settled(long written) {
    var left = new Messages();
    left.keywordNames.addAll(keywordNames);
    for (int row = gone.nextClearBit(0); row < count; row = gone.nextClearBit(row + 1)) {
      int mine = left.add(uid[row], bits[row]);
      left.offset[mine] = offset[row];
      left.digestHigh[mine] = digestHigh[row];
      left.digestLow[mine] = digestLow[row];
      left.keywords[mine] = keywords[row];
      boolean wanted = changed[row] != 0 && changed[row] >= written;
      left.unwritten.set(mine, wanted || (bits[row] & DIRTY) != 0);
    }
    return left;
  }
}
