package org.popinjay.mailstore.mbox.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// One entry of the state log: something that happened to a mailbox and must not be forgotten.
///
/// Records own their arrays. UIDs are unsigned.
public sealed interface LogRecord {

  /// What all that follows hangs on. A later one replaces an earlier one; if its UIDVALIDITY is
  /// another, everything said before is void.
  ///
  /// @param uidNext the next UID to be given is at least this, 1..2^32
  record Base(UidValidity uidValidity, long uidNext) implements LogRecord {}

  /// Messages were given UIDs, in ascending order, above all given before.
  final class Assigned implements LogRecord {
    /// Messages in one record at most: about 2.4 MB.
    public static final int MAX_MESSAGES = 1 << 17;

    private final int[] uid;
    private final long[] headerDigest;
    private final long[] bodyDigest;
    private final short[] flags;

    /// Takes the arrays over; all have one length.
    Assigned(int[] uid, long[] headerDigest, long[] bodyDigest, short[] flags) {
      this.uid = uid;
      this.headerDigest = headerDigest;
      this.bodyDigest = bodyDigest;
      this.flags = flags;
    }

    /// Rows of a table, from one to the other exclusive, at most [#MAX_MESSAGES].
    public static Assigned of(MessageTable table, int from, int to) {
      int count = to - from;
      if (count > MAX_MESSAGES) {
        throw new IllegalArgumentException(
            count + " messages in one record (expected at most " + MAX_MESSAGES + ")");
      }
      var record = new Assigned(new int[count], new long[count], new long[count], new short[count]);
      for (int i = 0; i < count; i++) {
        record.uid[i] = table.uid(from + i);
        record.headerDigest[i] = table.headerDigest(from + i);
        record.bodyDigest[i] = table.bodyDigest(from + i);
        record.flags[i] = (short) StoredFlags.of(table.bits(from + i));
      }
      return record;
    }

    /// Rows of a table in as many records as it takes.
    public static List<LogRecord> allOf(MessageTable table, int from, int to) {
      var records = new ArrayList<LogRecord>();
      for (int row = from; row < to; row += MAX_MESSAGES) {
        records.add(of(table, row, Math.min(to, row + MAX_MESSAGES)));
      }
      return records;
    }

    /// Messages in it.
    int count() {
      return uid.length;
    }

    /// UID of the i-th message.
    int uid(int i) {
      return uid[i];
    }

    /// Its [MessageTable#headerDigest(int)].
    long headerDigest(int i) {
      return headerDigest[i];
    }

    /// Its [MessageTable#bodyDigest(int)].
    long bodyDigest(int i) {
      return bodyDigest[i];
    }

    /// Its [StoredFlags].
    int flags(int i) {
      return Short.toUnsignedInt(flags[i]);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Assigned that
          && Arrays.equals(uid, that.uid)
          && Arrays.equals(headerDigest, that.headerDigest)
          && Arrays.equals(bodyDigest, that.bodyDigest)
          && Arrays.equals(flags, that.flags);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(uid) + Arrays.hashCode(headerDigest);
    }

    @Override
    public String toString() {
      return "Assigned" + Arrays.toString(uid);
    }
  }

  /// All living messages of each range have these flags now.
  record Flagged(List<FlagRange> ranges) implements LogRecord {
    /// Copies the list.
    public Flagged {
      ranges = List.copyOf(ranges);
    }

    /// One message.
    static Flagged of(int uid, int storedFlags) {
      return new Flagged(List.of(new FlagRange(uid, uid, storedFlags)));
    }
  }

  /// Messages from one UID to another, both inclusive, and their [StoredFlags].
  record FlagRange(int first, int last, int flags) {}

  /// All messages of each range are gone for good; a range may cover UIDs that went before.
  record Expunged(List<UidRange> ranges) implements LogRecord {
    /// Copies the list.
    public Expunged {
      ranges = List.copyOf(ranges);
    }

    /// Messages by UID, ascending; neighbours become one range.
    public static Expunged of(int... uids) {
      var ranges = new ArrayList<UidRange>();
      for (int i = 0; i < uids.length; ) {
        int first = i++;
        while (i < uids.length && uids[i] == uids[i - 1] + 1) {
          i++;
        }
        ranges.add(new UidRange(uids[first], uids[i - 1]));
      }
      return new Expunged(ranges);
    }
  }

  /// UIDs from one to another, both inclusive.
  record UidRange(int first, int last) {}

  /// All that follows, up to the next such record, happened at this mod-sequence.
  record At(long modSeq) implements LogRecord {}

  /// All living messages of each range have exactly these keywords now.
  record Labelled(Keywords keywords, List<UidRange> ranges) implements LogRecord {
    /// Copies the list.
    public Labelled {
      ranges = List.copyOf(ranges);
    }
  }

  /// When messages changed last, said anew where the history is shortened.
  record Stamped(List<Stamp> ranges) implements LogRecord {
    /// Copies the list.
    public Stamped {
      ranges = List.copyOf(ranges);
    }
  }

  /// Messages from one UID to another, both inclusive, and a mod-sequence.
  record Stamp(int first, int last, long modSeq) {}

  /// What was expunged and when, said anew where the history is shortened.
  ///
  /// @param floor all that happened after this is in the ranges
  record Removed(long floor, List<Stamp> ranges) implements LogRecord {
    /// Copies the list.
    public Removed {
      ranges = List.copyOf(ranges);
    }
  }

  /// Messages were given ids that are kept with them; for all those of one [Assigned], stands ahead
  /// of it, so that none is known without its id.
  record Identified(KeptIds ids) implements LogRecord {
    /// Messages in one record at most: about 10 MB.
    static final int MAX_MESSAGES = 1 << 17;

    /// In as many records as it takes.
    public static List<LogRecord> allOf(KeptIds ids) {
      var records = new ArrayList<LogRecord>();
      for (int from = 0; from < ids.count(); from += MAX_MESSAGES) {
        records.add(new Identified(ids.part(from, Math.min(ids.count(), from + MAX_MESSAGES))));
      }
      return records;
    }
  }

  /// Sessions were told of all messages with UIDs below this, 1..2^32.
  record Told(long below) implements LogRecord {}
}
