package org.popinjay.mailstore.mbox.state;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.SpoolHead;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The messages of a spool as they were at one moment, kept on disk so that the spool need not be
/// read again. A cache: it may be deleted at any time, is never the only home of anything that was
/// promised, and is built anew when it is damaged or of another version.
///
/// ```
/// file    = fixed head column:11 removed:3 sets ids:3 crc:4
/// fixed   = "PJINDEX\n" version:4 headOctets:4 rows:4 crc:4
/// ```
///
/// Little-endian; each crc (CRC-32C) is of all before it. Columns are written as they lie in
/// memory, so whoever changes those of [MessageTable], or the meaning of its bits, raises the
/// version.
///
/// @param stamp of the spool that the table was made from
/// @param position in the state log up to which the table says what the log says; must have been
///   durable, see [StateLog#settled]
/// @param uidValidity as of that position
/// @param uidNext the UID that the next message gets, 1..2^32
/// @param chronicle when what happened
public record SpoolIndex(
    SpoolStamp stamp,
    LogPosition position,
    UidValidity uidValidity,
    long uidNext,
    Chronicle chronicle,
    SpoolHead head,
    MessageTable table,
    KeptIds ids) {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolIndex.class);
  private static final int VERSION = 3;
  private static final long MAGIC = 0x0A58_4544_4E49_4A50L;
  private static final int FIXED_OCTETS = 24;
  private static final int CRC_OCTETS = 4;
  private static final int MOST_FIXED_HEAD_OCTETS = 256;

  /// Reads the index of a mailbox.
  ///
  /// @return null unless there is one of this version and every octet of it is as it was written
  public static @Nullable SpoolIndex load(FileCalls files, UserState directory, String mailboxId) {
    var path = directory.file(nameOf(mailboxId));
    try {
      int descriptor = files.open(path, READ | NO_FOLLOW | NON_BLOCKING, 0);
      try (var in = new IndexReader(files, descriptor, files.stat(descriptor).size())) {
        return get(in);
      } finally {
        Replacement.quietly(() -> files.close(descriptor));
      }
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOENT) {
        LOG.info("{} cannot be read: {}", path, e.getMessage());
      }
      return null;
    }
  }

  /// Keeps an index that [#load] cannot use as `.damaged`.
  public static void putAsideIfUnusable(FileCalls files, UserState directory, String mailboxId)
      throws PosixException {
    var path = directory.file(nameOf(mailboxId));
    try {
      if (load(files, directory, mailboxId) == null) {
        files.rename(path, path + ".damaged");
      }
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  private static String nameOf(String mailboxId) {
    return mailboxId + ".cache";
  }

  /// Writes the index in place of an older one. Nothing is lost if that fails: the older one stays.
  ///
  /// @return whether it was written
  public boolean save(FileCalls files, UserState directory, String mailboxId) {
    if (headOctets() > IndexWriter.BLOCK_OCTETS) {
      return false;
    }
    try (var replacement = new Replacement(files, directory.path(), nameOf(mailboxId));
        var out = new IndexWriter(replacement)) {
      put(out);
      replacement.commit();
      return true;
    } catch (PosixException e) {
      LOG.info("{} cannot be written: {}", directory.file(nameOf(mailboxId)), e.getMessage());
      return false;
    }
  }

  private void put(IndexWriter out) throws PosixException {
    var octets = headContent();
    int rows = table.count();
    out.put(block -> {
      block.putLong(MAGIC).putInt(VERSION).putInt(octets.remaining()).putInt(rows);
      block.putInt(crcOf(block.duplicate().flip()));
    });
    out.put(block -> block.put(octets));
    for (var column : table.longColumns()) {
      out.put(column, rows);
    }
    for (var column : table.intColumns()) {
      out.put(column, rows);
    }
    var removals = Removals.of(chronicle);
    out.put(removals.modSeq, removals.modSeq.length);
    out.put(removals.first, removals.first.length);
    out.put(removals.last, removals.last.length);
    var sets = encodedSets();
    out.put(sets, sets.length);
    out.put(ids.uids(), ids.count());
    out.put(ids.ends(), ids.count());
    var packed = packed(ids.octets());
    out.put(packed, packed.length);
    int crc = out.crc();
    out.put(block -> block.putInt(crc));
  }

  private static @Nullable SpoolIndex get(IndexReader in) throws PosixException {
    if (in.left() < FIXED_OCTETS + CRC_OCTETS) {
      return null;
    }
    var fixed = in.next(FIXED_OCTETS);
    if (fixed.getLong() != MAGIC
        || fixed.getInt() != VERSION
        || fixed.getInt(FIXED_OCTETS - CRC_OCTETS)
            != crcOf(fixed.slice(0, FIXED_OCTETS - CRC_OCTETS))) {
      return null;
    }
    int headOctets = fixed.getInt();
    int rows = fixed.getInt();
    long columnOctets = (long) rows * MessageTable.OCTETS_PER_MESSAGE;
    if (headOctets < 0
        || headOctets > IndexWriter.BLOCK_OCTETS
        || in.left() < headOctets + columnOctets + CRC_OCTETS) {
      return null;
    }
    var head = ByteBuffer.allocate(headOctets).put(in.next(headOctets)).flip();
    int removed = head.getInt();
    int setInts = head.getInt();
    int idCount = head.getInt();
    int idOctets = head.getInt();
    long rest = removed * (Long.BYTES + 2L * Integer.BYTES) + (long) setInts * Integer.BYTES;
    rest += 2L * Integer.BYTES * idCount + (long) Integer.BYTES * ints(idOctets);
    boolean sound = removed >= 0 && setInts >= 0 && idCount >= 0 && idOctets >= 0;
    if (!sound || in.left() != columnOctets + rest + CRC_OCTETS) {
      return null;
    }
    var table = new MessageTable(rows);
    for (var column : table.longColumns()) {
      in.fill(column);
    }
    for (var column : table.intColumns()) {
      in.fill(column);
    }
    var removals = new Removals(new long[removed], new int[removed], new int[removed]);
    in.fill(removals.modSeq);
    in.fill(removals.first);
    in.fill(removals.last);
    var sets = new int[setInts];
    in.fill(sets);
    var idUids = new int[idCount];
    var idEnds = new int[idCount];
    var packed = new int[ints(idOctets)];
    in.fill(idUids);
    in.fill(idEnds);
    in.fill(packed);
    int crc = in.crc();
    var ids = KeptIds.of(idUids, idEnds, unpacked(packed, idOctets));
    return in.next(CRC_OCTETS).getInt() == crc && ids != null
        ? withHead(head, table, rows, removals, sets, ids)
        : null;
  }

  private static int ints(int octets) {
    return (octets + Integer.BYTES - 1) / Integer.BYTES;
  }

  private static int[] packed(byte[] octets) {
    var padded = ByteBuffer.wrap(Arrays.copyOf(octets, Integer.BYTES * ints(octets.length)));
    var ints = new int[ints(octets.length)];
    padded.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ints);
    return ints;
  }

  private static byte[] unpacked(int[] ints, int count) {
    var padded = ByteBuffer.allocate(Integer.BYTES * ints.length).order(ByteOrder.LITTLE_ENDIAN);
    padded.asIntBuffer().put(ints);
    return Arrays.copyOf(padded.array(), count);
  }

  /// What was removed and when, as columns.
  @SuppressWarnings("ArrayRecordComponent") // handed over once and not kept
  private record Removals(long[] modSeq, int[] first, int[] last) {
    static Removals of(Chronicle chronicle) {
      var history = chronicle.removals();
      int count = history.count();
      var columns = new Removals(new long[count], new int[count], new int[count]);
      for (int range = 0; range < count; range++) {
        columns.modSeq[range] = history.modSeq(range);
        columns.first[range] = history.first(range);
        columns.last[range] = history.last(range);
      }
      return columns;
    }

    void into(Chronicle chronicle) {
      for (int range = 0; range < modSeq.length; range++) {
        chronicle.removals().add(first[range], last[range], modSeq[range]);
      }
    }
  }

  /// Each set of keywords but the empty one: how many there are, and their places among all.
  private int[] encodedSets() {
    var sets = table.keywordSets();
    var places = new HashMap<Keyword, Integer>();
    sets.all().list().forEach(keyword -> places.put(keyword, places.size()));
    var ints = IntStream.builder();
    for (int number = 1; number < sets.count(); number++) {
      var keywords = sets.get(number).list();
      ints.add(keywords.size());
      keywords.forEach(keyword -> ints.add(places.getOrDefault(keyword, 0)));
    }
    return ints.build().toArray();
  }

  private static KeywordSets decodedSets(List<Keyword> known, int[] ints) {
    var sets = new KeywordSets();
    sets.know(known);
    for (int at = 0; at < ints.length; at += 1 + ints[at]) {
      var keywords = new ArrayList<Keyword>();
      for (int i = 1; i <= ints[at]; i++) {
        keywords.add(known.get(ints[at + i]));
      }
      var _ = sets.numberOf(new Keywords(keywords));
    }
    return sets;
  }

  private static int crcOf(ByteBuffer octets) {
    var crc = new CRC32C();
    crc.update(octets);
    return (int) crc.getValue();
  }

  private long headOctets() {
    var base = head.imapBase();
    return MOST_FIXED_HEAD_OCTETS
        + table.keywordSets().all().list().stream()
            .mapToLong(each -> 4 + each.name().length())
            .sum()
        + (base == null
            ? 0
            : base.keywords().stream().mapToLong(keyword -> 4 + 3L * keyword.length()).sum());
  }

  private ByteBuffer headContent() {
    var out = ByteBuffer.allocate((int) headOctets());
    out.putInt(chronicle.removals().count()).putInt(encodedSets().length);
    out.putInt(ids.count()).putInt(ids.octets().length);
    out.putLong(stamp.device()).putLong(stamp.inode()).putLong(stamp.size());
    out.putLong(stamp.modifiedNanos()).putLong(stamp.changedNanos());
    putBoolean(out, stamp.racy());
    out.putLong(position.generation()).putLong(position.offset());
    out.putLong(uidValidity.value()).putLong(uidNext).putLong(table.end());
    out.putLong(head.skippedOctets()).putLong(head.pseudoEnd());
    var base = head.imapBase();
    putBoolean(out, base != null);
    if (base != null) {
      putBase(out, base);
    }
    out.putLong(chronicle.highest()).putLong(chronicle.toldBelow());
    out.putLong(chronicle.removals().floor()).putLong(table.modSeqBase());
    var keywords = table.keywordSets().all().list();
    out.putInt(keywords.size());
    keywords.forEach(keyword -> putText(out, keyword.name()));
    return out.flip();
  }

  private static void putBoolean(ByteBuffer out, boolean value) {
    out.put((byte) (value ? 1 : 0));
  }

  private static void putBase(ByteBuffer out, ImapBase base) {
    out.putLong(base.uidValidity()).putLong(base.uidLast()).putInt(base.keywords().size());
    base.keywords().forEach(keyword -> putText(out, keyword));
  }

  private static void putText(ByteBuffer out, String text) {
    var octets = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(octets.length).put(octets);
  }

  private static String getText(ByteBuffer in) {
    var octets = new byte[in.getInt()];
    in.get(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static SpoolIndex withHead(
      ByteBuffer in, MessageTable table, int rows, Removals removals, int[] sets, KeptIds ids) {
    var stamp =
        new SpoolStamp(
            in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.get() != 0);
    var position = new LogPosition(in.getLong(), in.getLong());
    var uidValidity = new UidValidity(in.getLong());
    long uidNext = in.getLong();
    table.end(in.getLong());
    table.filled(rows);
    long skippedOctets = in.getLong();
    long pseudoEnd = in.getLong();
    var head = new SpoolHead(skippedOctets, pseudoEnd, in.get() != 0 ? getBase(in) : null);
    var chronicle = new Chronicle();
    chronicle.happened(in.getLong());
    chronicle.toldBelow(in.getLong());
    chronicle.removals().forget(in.getLong());
    chronicle.flagged().forget(chronicle.highest());
    removals.into(chronicle);
    table.modSeqBaseAsFilled(in.getLong());
    var known = new ArrayList<Keyword>();
    for (int left = in.getInt(); left > 0; left--) {
      known.add(new Keyword(getText(in)));
    }
    table.keywordSets(decodedSets(known, sets));
    return new SpoolIndex(stamp, position, uidValidity, uidNext, chronicle, head, table, ids);
  }

  private static ImapBase getBase(ByteBuffer in) {
    long uidValidity = in.getLong();
    long uidLast = in.getLong();
    var keywords = new ArrayList<String>();
    for (int left = in.getInt(); left > 0; left--) {
      keywords.add(getText(in));
    }
    return new ImapBase(uidValidity, uidLast, keywords);
  }
}
