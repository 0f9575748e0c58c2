package org.popinjay.mailstore.mbox.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// How messages looked before their latest changes of flags: who wants to change one flag, and saw
/// the message before somebody changed another, is not to be told that it was changed (RFC 7162,
/// section 3.1.12).
///
/// Each entry leads to the one before by its mod-sequence. A change that is not noted here breaks
/// the chain, so nothing false can be learned from it. Bounded: the oldest are forgotten.
///
/// Not thread-safe: used under the gate of its mailbox.
public final class EarlierFlags {
  /// Changes of messages that are remembered.
  public static final int MOST = 4_096;

  private long[] modSeq = new long[8];
  private long[] modSeqBefore = new long[8];
  private int[] uid = new int[8];
  private int[] system = new int[8];
  private Keywords[] keywords = new Keywords[8];
  private int count;

  /// Notes what a row says before a change; mod-sequences never sink, UIDs ascend within one.
  public void add(MessageTable table, int row, long when) {
    if (count == MOST) {
      forgetSome();
    }
    if (count == uid.length) {
      resize(Math.min(MOST, 2 * count));
    }
    modSeq[count] = when;
    modSeqBefore[count] = table.modSeq(row);
    uid[count] = table.uid(row);
    system[count] = (table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT;
    keywords[count++] = table.keywords(row);
  }

  private void forgetSome() {
    int dropped = MOST / 8;
    int kept = count - dropped;
    System.arraycopy(modSeq, dropped, modSeq, 0, kept);
    System.arraycopy(modSeqBefore, dropped, modSeqBefore, 0, kept);
    System.arraycopy(uid, dropped, uid, 0, kept);
    System.arraycopy(system, dropped, system, 0, kept);
    System.arraycopy(keywords, dropped, keywords, 0, kept);
    count = kept;
  }

  private void resize(int capacity) {
    modSeq = Arrays.copyOf(modSeq, capacity);
    modSeqBefore = Arrays.copyOf(modSeqBefore, capacity);
    uid = Arrays.copyOf(uid, capacity);
    system = Arrays.copyOf(system, capacity);
    keywords = Arrays.copyOf(keywords, capacity);
  }

  /// The flags that a message had at a mod-sequence, or null if that is not known.
  ///
  /// @param latest the mod-sequence that the message has now, greater than `then`
  public @Nullable Flags at(long then, int uidBits, long latest) {
    int found = entry(latest, uidBits);
    while (found >= 0 && modSeqBefore[found] > then) {
      found = entry(modSeqBefore[found], uidBits);
    }
    return found < 0 ? null : new Flags(new FlagSet(system[found]), keywords[found]);
  }

  private int entry(long when, int uidBits) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(modSeq[middle], when);
      order = order == 0 ? Integer.compareUnsigned(uid[middle], uidBits) : order;
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
