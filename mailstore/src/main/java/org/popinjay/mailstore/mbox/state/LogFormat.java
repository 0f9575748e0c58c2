package org.popinjay.mailstore.mbox.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.state.LogRecord.Assigned;
import org.popinjay.mailstore.mbox.state.LogRecord.At;
import org.popinjay.mailstore.mbox.state.LogRecord.Base;
import org.popinjay.mailstore.mbox.state.LogRecord.Expunged;
import org.popinjay.mailstore.mbox.state.LogRecord.FlagRange;
import org.popinjay.mailstore.mbox.state.LogRecord.Flagged;
import org.popinjay.mailstore.mbox.state.LogRecord.Identified;
import org.popinjay.mailstore.mbox.state.LogRecord.Labelled;
import org.popinjay.mailstore.mbox.state.LogRecord.Removed;
import org.popinjay.mailstore.mbox.state.LogRecord.Stamp;
import org.popinjay.mailstore.mbox.state.LogRecord.Stamped;
import org.popinjay.mailstore.mbox.state.LogRecord.Told;
import org.popinjay.mailstore.mbox.state.LogRecord.UidRange;

/// The octets of a state log. Little-endian; every record begins at a multiple of eight.
///
/// ```
/// file    = header *record *zero
/// header  = "PJSTATE\n" version:4 crc:4 generation:8 crc:4 zero:4   ; each crc over what precedes
/// record  = crc:4 octets:4 type:1 durable:7 payload zero*           ; to a multiple of eight
/// ```
///
/// The first 16 octets mean the same in every version for ever. The crc of a record covers the
/// generation and the offset it stands at, too: a record is valid at its own place in its own file
/// only. `durable` is how much of the file was known to be on the disk when the record was written,
/// which tells a tail that a crash tore from damage to what was safe once.
///
/// A record of a type that this version does not know is as good as damaged: who adds a type raises
/// [#VERSION].
final class LogFormat {
  /// Version written. The first had no mod-sequences and no keywords, the second no kept ids; they
  /// are read, too.
  static final int VERSION = 3;

  /// Octets of the file header.
  static final int HEADER_OCTETS = 32;

  /// Octets of a record ahead of its payload.
  static final int RECORD_HEADER_OCTETS = 16;

  /// Octets of a payload at most.
  static final int MAX_PAYLOAD_OCTETS = 64 << 20;

  private static final long MAGIC = 0x0A45_5441_5453_4A50L;
  private static final int BASE = 1;
  private static final int ASSIGNED = 2;
  private static final int FLAGGED = 3;
  private static final int EXPUNGED = 4;
  private static final int AT = 5;
  private static final int LABELLED = 6;
  private static final int STAMPED = 7;
  private static final int REMOVED = 8;
  private static final int TOLD = 9;
  private static final int IDENTIFIED = 10;
  private static final int LAST_TYPE = IDENTIFIED;
  private static final int STAMP_OCTETS = 16;
  private static final int TYPE_SHIFT = 56;
  private static final long DURABLE = (1L << TYPE_SHIFT) - 1;

  private LogFormat() {}

  /// What the beginning of a file says.
  sealed interface Header {
    /// A log of this version or an older one.
    record Ours(long generation, int version) implements Header {}

    /// A log that a newer program wrote.
    record Newer(int version) implements Header {}

    /// No log, or a damaged one.
    record Damaged() implements Header {}
  }

  /// Writes the file header.
  static void putHeader(ByteBuffer into, long generation) {
    int start = into.position();
    into.order(ByteOrder.LITTLE_ENDIAN);
    into.putLong(MAGIC).putInt(VERSION).putInt(crc(into, start, start + 12));
    into.putLong(generation).putInt(crc(into, start, start + 24)).putInt(0);
  }

  /// Reads the file header.
  static Header header(ByteBuffer from) {
    from.order(ByteOrder.LITTLE_ENDIAN);
    if (from.limit() < HEADER_OCTETS
        || from.getLong(0) != MAGIC
        || from.getInt(12) != crc(from, 0, 12)) {
      return new Header.Damaged();
    }
    int version = from.getInt(8);
    if (version > VERSION) {
      return new Header.Newer(version);
    }
    return version >= 1 && from.getInt(24) == crc(from, 0, 24)
        ? new Header.Ours(from.getLong(16), version)
        : new Header.Damaged();
  }

  private static int crc(ByteBuffer buffer, int from, int to) {
    var crc = new CRC32C();
    crc.update(buffer.slice(from, to - from));
    return (int) crc.getValue();
  }

  /// Octets that a record takes in the file.
  static int octets(LogRecord record) {
    return padded(payloadOctets(record));
  }

  private static int padded(int payload) {
    return RECORD_HEADER_OCTETS + ((payload + 7) & ~7);
  }

  private static int payloadOctets(LogRecord record) {
    long octets =
        switch (record) {
          case Base _ -> 16L;
          case Assigned assigned -> 8L + 18L * assigned.count() + 8L * runs(assigned);
          case Flagged flagged -> 4L + 12L * flagged.ranges().size();
          case Expunged expunged -> 4L + 8L * expunged.ranges().size();
          case At _, Told _ -> 8L;
          case Labelled labelled -> 8L + names(labelled).length + 8L * labelled.ranges().size();
          case Stamped stamped -> 4L + (long) STAMP_OCTETS * stamped.ranges().size();
          case Identified(var ids) -> 8L + 8L * ids.count() + ids.octets().length;
          case Removed removed -> 12L + (long) STAMP_OCTETS * removed.ranges().size();
        };
    if (octets > MAX_PAYLOAD_OCTETS) {
      throw new IllegalArgumentException(
          "record of " + octets + " octets (expected at most " + MAX_PAYLOAD_OCTETS + ")");
    }
    return (int) octets;
  }

  /// Writes a record.
  ///
  /// @param offset where in the file it will stand
  /// @param durable octets of the file known to be on the disk
  static void put(ByteBuffer into, LogRecord record, long generation, long offset, long durable) {
    into.order(ByteOrder.LITTLE_ENDIAN);
    int start = into.position();
    int payload = payloadOctets(record);
    into.putInt(0).putInt(payload);
    into.putLong(((long) type(record) << TYPE_SHIFT) | (durable & DURABLE));
    switch (record) {
      case Base(UidValidity validity, long uidNext) ->
          into.putLong(validity.value()).putLong(uidNext);
      case Assigned assigned -> putAssigned(into, assigned);
      case Flagged flagged -> {
        into.putInt(flagged.ranges().size());
        for (var range : flagged.ranges()) {
          into.putInt(range.first()).putInt(range.last()).putInt(range.flags());
        }
      }
      case Expunged expunged -> putRanges(into, expunged.ranges());
      case At(long modSeq) -> into.putLong(modSeq);
      case Told(long below) -> into.putLong(below);
      case Labelled labelled -> {
        var names = names(labelled);
        into.putInt(names.length).put(names);
        putRanges(into, labelled.ranges());
      }
      case Stamped(var ranges) -> putStamps(into, ranges);
      case Removed(long floor, var ranges) -> putStamps(into.putLong(floor), ranges);
      case Identified(var ids) -> putIds(into, ids);
    }
    while (into.position() < start + padded(payload)) {
      into.put((byte) 0);
    }
    into.putInt(start, recordCrc(into, start, payload, generation, offset));
  }

  private static int type(LogRecord record) {
    return switch (record) {
      case Base _ -> BASE;
      case Assigned _ -> ASSIGNED;
      case Flagged _ -> FLAGGED;
      case Expunged _ -> EXPUNGED;
      case At _ -> AT;
      case Labelled _ -> LABELLED;
      case Stamped _ -> STAMPED;
      case Removed _ -> REMOVED;
      case Told _ -> TOLD;
      case Identified _ -> IDENTIFIED;
    };
  }

  private static byte[] names(Labelled labelled) {
    return labelled.keywords().list().stream()
        .map(Keyword::name)
        .collect(Collectors.joining(" "))
        .getBytes(US_ASCII);
  }

  private static void putRanges(ByteBuffer into, List<UidRange> ranges) {
    into.putInt(ranges.size());
    for (var range : ranges) {
      into.putInt(range.first()).putInt(range.last());
    }
  }

  private static void putStamps(ByteBuffer into, List<Stamp> stamps) {
    into.putInt(stamps.size());
    for (var stamp : stamps) {
      into.putInt(stamp.first()).putInt(stamp.last()).putLong(stamp.modSeq());
    }
  }

  private static void putIds(ByteBuffer into, KeptIds ids) {
    into.putInt(ids.count()).putInt(ids.octets().length);
    for (int i = 0; i < ids.count(); i++) {
      into.putInt(ids.uids()[i]).putInt(ids.ends()[i]);
    }
    into.put(ids.octets());
  }

  private static void putAssigned(ByteBuffer into, Assigned record) {
    int count = record.count();
    into.putInt(count).putInt(runs(record));
    for (int i = 0; i < count; i++) {
      into.putLong(record.headerDigest(i));
    }
    for (int i = 0; i < count; i++) {
      into.putLong(record.bodyDigest(i));
    }
    for (int i = 0; i < count; ) {
      int first = i++;
      while (i < count && record.uid(i) == record.uid(i - 1) + 1) {
        i++;
      }
      into.putInt(record.uid(first)).putInt(i - first);
    }
    for (int i = 0; i < count; i++) {
      into.putShort((short) record.flags(i));
    }
  }

  private static int runs(Assigned record) {
    int runs = record.count() == 0 ? 0 : 1;
    for (int i = 1; i < record.count(); i++) {
      if (record.uid(i) != record.uid(i - 1) + 1) {
        runs++;
      }
    }
    return runs;
  }

  /// Octets in the file of the record whose header stands at a buffer's position, or 0 if no record
  /// can begin there. Needs [#RECORD_HEADER_OCTETS] octets.
  static int octetsAt(ByteBuffer from, long offset) {
    from.order(ByteOrder.LITTLE_ENDIAN);
    int payload = from.getInt(from.position() + 4);
    long word = from.getLong(from.position() + 8);
    int type = (int) (word >>> TYPE_SHIFT);
    boolean possible =
        payload >= 0
            && payload <= MAX_PAYLOAD_OCTETS
            && type >= BASE
            && type <= LAST_TYPE
            && (word & DURABLE) <= offset;
    return possible ? padded(payload) : 0;
  }

  /// What the record at a buffer's position says of how much of the file was durable before it.
  static long durableAt(ByteBuffer from) {
    return from.getLong(from.position() + 8) & DURABLE;
  }

  /// Whether the whole record at a buffer's position is as it was written.
  static boolean validAt(ByteBuffer from, long generation, long offset) {
    int start = from.position();
    return from.getInt(start) == recordCrc(from, start, from.getInt(start + 4), generation, offset);
  }

  private static int recordCrc(
      ByteBuffer buffer, int start, int payload, long generation, long offset) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(generation).putLong(offset).flip());
    crc.update(buffer.slice(start + 4, padded(payload) - 4));
    return (int) crc.getValue();
  }

  /// Reads the valid record at a buffer's position.
  static LogRecord get(ByteBuffer buffer) {
    int start = buffer.position();
    int payload = buffer.getInt(start + 4);
    int type = (int) (buffer.getLong(start + 8) >>> TYPE_SHIFT);
    var from = buffer.slice(start + RECORD_HEADER_OCTETS, payload).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case BASE -> new Base(new UidValidity(from.getLong()), from.getLong());
      case ASSIGNED -> assigned(from);
      case FLAGGED -> flagged(from);
      case EXPUNGED -> new Expunged(ranges(from));
      case AT -> new At(from.getLong());
      case LABELLED -> new Labelled(keywords(from), ranges(from));
      case STAMPED -> new Stamped(stamps(from));
      case REMOVED -> new Removed(from.getLong(), stamps(from));
      case TOLD -> new Told(from.getLong());
      case IDENTIFIED -> new Identified(ids(from));
      default -> throw new IllegalStateException("record of type " + type);
    };
  }

  private static Assigned assigned(ByteBuffer from) {
    int count = from.getInt();
    int runs = from.getInt();
    var headerDigest = new long[count];
    var bodyDigest = new long[count];
    var uid = new int[count];
    var flags = new short[count];
    from.asLongBuffer().get(headerDigest).get(bodyDigest);
    from.position(from.position() + 16 * count);
    int i = 0;
    for (int run = 0; run < runs; run++) {
      int first = from.getInt();
      for (int left = from.getInt(); left > 0; left--) {
        uid[i++] = first++;
      }
    }
    from.asShortBuffer().get(flags);
    return new Assigned(uid, headerDigest, bodyDigest, flags);
  }

  private static Flagged flagged(ByteBuffer from) {
    int count = from.getInt();
    var ranges = new ArrayList<FlagRange>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(new FlagRange(from.getInt(), from.getInt(), from.getInt()));
    }
    return new Flagged(ranges);
  }

  private static List<UidRange> ranges(ByteBuffer from) {
    int count = from.getInt();
    var ranges = new ArrayList<UidRange>(count);
    for (int i = 0; i < count; i++) {
      ranges.add(new UidRange(from.getInt(), from.getInt()));
    }
    return ranges;
  }

  private static List<Stamp> stamps(ByteBuffer from) {
    int count = from.getInt();
    var stamps = new ArrayList<Stamp>(count);
    for (int i = 0; i < count; i++) {
      stamps.add(new Stamp(from.getInt(), from.getInt(), from.getLong()));
    }
    return stamps;
  }

  private static KeptIds ids(ByteBuffer from) {
    var uids = new int[from.getInt()];
    var ends = new int[uids.length];
    var octets = new byte[from.getInt()];
    for (int i = 0; i < uids.length; i++) {
      uids[i] = from.getInt();
      ends[i] = from.getInt();
    }
    from.get(octets);
    var ids = KeptIds.of(uids, ends, octets);
    if (ids == null) {
      throw new IllegalStateException("record of " + uids.length + " ids that do not fit together");
    }
    return ids;
  }

  private static Keywords keywords(ByteBuffer from) {
    var names = new byte[from.getInt()];
    from.get(names);
    var text = new String(names, US_ASCII);
    var keywords = new ArrayList<Keyword>();
    for (var tokens = new StringTokenizer(text, " "); tokens.hasMoreTokens(); ) {
      keywords.add(new Keyword(tokens.nextToken()));
    }
    return new Keywords(keywords);
  }
}
