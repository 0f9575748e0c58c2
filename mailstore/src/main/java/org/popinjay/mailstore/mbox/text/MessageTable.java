package org.popinjay.mailstore.mbox.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;

/// What is known of each message of a spool, in file order: one column an array, 64 octets a
/// message.
///
/// Messages tile the spool: one ends where the next begins, the last at [#end]. The pseudo message
/// and skipped octets before the first message lie before [#offset] of message 0 and are no rows.
/// Rows are numbered from 0.
///
/// Clients see messages in the order of their UIDs, which is that of the file unless another
/// program put a message between known ones or moved them; positions ([#rowAt]) follow the UIDs
/// then.
///
/// Written by one thread at a time. Rows that a reader knows of stay where they are while others
/// are added; whatever moves messages makes a new table.
public final class MessageTable {
  /// Octets of all columns for one message.
  public static final int OCTETS_PER_MESSAGE = 5 * Long.BYTES + 6 * Integer.BYTES;

  /// Mod-sequences are kept as distances from a base; should they grow beyond, the base moves to so
  /// far behind the newest.
  private static final long MOST_DISTANCE = 0xFFFF_FFFFL;

  /// Low bits of a date that hold its zone.
  private static final int ZONE_BITS = 12;

  private static final int ZONE = (1 << ZONE_BITS) - 1;
  private static final int ZONE_OF_GREENWICH = 1 << (ZONE_BITS - 1);

  private KeywordSets keywordSets;
  private int count;
  private long end;
  private long modSeqBase;
  private long[] offset;
  private long[] wireOctets;
  private long[] headerDigest;
  private long[] bodyDigest;
  private long[] internalDate;
  private int[] fromLineOctets;
  private int[] headerOctets;
  private int[] uid;
  private int[] bits;
  private int[] modSeq;
  private int[] keywordSet;
  private int @Nullable [] byUid;

  /// An empty table with room for so many messages.
  public MessageTable(int capacity) {
    this(capacity, new KeywordSets());
  }

  /// An empty table whose messages have keywords out of known sets.
  public MessageTable(int capacity, KeywordSets keywordSets) {
    this.keywordSets = keywordSets;
    modSeq = new int[capacity];
    keywordSet = new int[capacity];
    offset = new long[capacity];
    wireOctets = new long[capacity];
    headerDigest = new long[capacity];
    bodyDigest = new long[capacity];
    internalDate = new long[capacity];
    fromLineOctets = new int[capacity];
    headerOctets = new int[capacity];
    uid = new int[capacity];
    bits = new int[capacity];
  }

  /// Messages in the table.
  public int count() {
    return count;
  }

  /// Offset behind the last message and its separator: where the next one would begin.
  public long end() {
    return end;
  }

  /// Sets [#end].
  public void end(long octets) {
    end = octets;
  }

  /// Adds a row at the end and returns its number; all other columns are zero.
  public int add(long offsetOfFromLine) {
    if (count == offset.length) {
      // A million messages and the spare rows stay below 64 MiB.
      resize(count + Math.max(16, count >> 5));
    }
    int row = count++;
    offset[row] = offsetOfFromLine;
    wireOctets[row] = 0;
    headerDigest[row] = 0;
    bodyDigest[row] = 0;
    internalDate[row] = 0;
    fromLineOctets[row] = 0;
    headerOctets[row] = 0;
    uid[row] = 0;
    bits[row] = 0;
    modSeq[row] = 0;
    keywordSet[row] = 0;
    return row;
  }

  /// Adds a copy of a row of another table.
  public int addCopy(MessageTable from, int row) {
    return addCopy(from, row, from.keywordSets);
  }

  /// As [#addCopy(MessageTable,int)] of a row whose keywords are out of other sets than its
  /// table's.
  public int addCopy(MessageTable from, int row, KeywordSets fromSets) {
    int mine = add(from.offset[row]);
    wireOctets[mine] = from.wireOctets[row];
    headerDigest[mine] = from.headerDigest[row];
    bodyDigest[mine] = from.bodyDigest[row];
    internalDate[mine] = from.internalDate[row];
    fromLineOctets[mine] = from.fromLineOctets[row];
    headerOctets[mine] = from.headerOctets[row];
    uid[mine] = from.uid[row];
    bits[mine] = from.bits[row];
    if (modSeqBase == 0) {
      modSeqBase = from.modSeqBase;
    }
    modSeq(mine, from.modSeq(row));
    keywordSet[mine] =
        fromSets == keywordSets ? from.keywordSet[row] : keywordSets.numberOf(from.keywords(row));
    return mine;
  }

  /// Gives memory that no row needs back.
  public void trim() {
    if (offset.length > count) {
      resize(count);
    }
  }

  private void resize(int capacity) {
    offset = Arrays.copyOf(offset, capacity);
    wireOctets = Arrays.copyOf(wireOctets, capacity);
    headerDigest = Arrays.copyOf(headerDigest, capacity);
    bodyDigest = Arrays.copyOf(bodyDigest, capacity);
    internalDate = Arrays.copyOf(internalDate, capacity);
    fromLineOctets = Arrays.copyOf(fromLineOctets, capacity);
    headerOctets = Arrays.copyOf(headerOctets, capacity);
    uid = Arrays.copyOf(uid, capacity);
    bits = Arrays.copyOf(bits, capacity);
    modSeq = Arrays.copyOf(modSeq, capacity);
    keywordSet = Arrays.copyOf(keywordSet, capacity);
  }

  /// The columns of longs as they lie in memory, in a fixed order; for the index on disk.
  public long[][] longColumns() {
    return new long[][] {offset, wireOctets, headerDigest, bodyDigest, internalDate};
  }

  /// The columns of ints likewise.
  public int[][] intColumns() {
    return new int[][] {fromLineOctets, headerOctets, uid, bits, modSeq, keywordSet};
  }

  /// Says that so many rows were filled in through the columns.
  public void filled(int rows) {
    count = rows;
    orderByUid();
  }

  /// Where the From_ line begins in the spool.
  public long offset(int row) {
    return offset[row];
  }

  /// Moves a message; rows must stay ascending.
  public void offset(int row, long octets) {
    offset[row] = octets;
  }

  /// Where the next message begins: behind the separator of this one.
  public long endOf(int row) {
    return row + 1 < count ? offset[row + 1] : end;
  }

  /// Where the header block begins: behind the From_ line.
  public long headerStart(int row) {
    return offset[row] + fromLineOctets[row];
  }

  /// Where the body begins: behind the blank line.
  public long bodyStart(int row) {
    return headerStart(row) + headerOctets[row];
  }

  /// Where the stored octets of the message end: before the separator ([Bits#SEPARATOR]).
  public long contentEnd(int row) {
    return endOf(row) - (bits[row] & Bits.SEPARATOR);
  }

  /// Exact size in octets of the message as an IMAP client reads it.
  public long wireOctets(int row) {
    return wireOctets[row];
  }

  /// Size of the presentation with the blank line and the last line end that a message lacked when
  /// this program stored it.
  public long completeOctets(int row) {
    return wireOctets[row] + Presentation.unstored(bits[row]);
  }

  /// Sets [#wireOctets(int)].
  public void wireOctets(int row, long octets) {
    wireOctets[row] = octets;
  }

  /// Digest of the header fields that identify a message, and of the length of its body.
  public long headerDigest(int row) {
    return headerDigest[row];
  }

  /// Sets [#headerDigest(int)].
  public void headerDigest(int row, long digest) {
    headerDigest[row] = digest;
  }

  /// Digest of the stored octets of the body.
  public long bodyDigest(int row) {
    return bodyDigest[row];
  }

  /// Sets [#bodyDigest(int)].
  public void bodyDigest(int row, long digest) {
    bodyDigest[row] = digest;
  }

  /// When the message arrived, in seconds since 1970, as its From_ line says.
  public long internalDate(int row) {
    return internalDate[row] >> ZONE_BITS;
  }

  /// The zone that the date was written down in, in minutes east of Greenwich.
  public int zoneMinutes(int row) {
    return (int) (internalDate[row] & ZONE) - ZONE_OF_GREENWICH;
  }

  /// Sets [#internalDate(int)]; the zone is Greenwich's.
  public void internalDate(int row, long seconds) {
    internalDate(row, seconds, 0);
  }

  /// Sets [#internalDate(int)] and [#zoneMinutes(int)].
  public void internalDate(int row, long seconds, int zoneMinutes) {
    internalDate[row] = seconds << ZONE_BITS | (zoneMinutes + ZONE_OF_GREENWICH);
  }

  /// Length of the From_ line with its line end.
  public int fromLineOctets(int row) {
    return fromLineOctets[row];
  }

  /// Sets [#fromLineOctets(int)].
  public void fromLineOctets(int row, int octets) {
    fromLineOctets[row] = octets;
  }

  /// Length of the stored header block with the blank line behind it, if there is one.
  public int headerOctets(int row) {
    return headerOctets[row];
  }

  /// Sets [#headerOctets(int)].
  public void headerOctets(int row, int octets) {
    headerOctets[row] = octets;
  }

  /// The UID's bits; 0 while none has been assigned.
  public int uid(int row) {
    return uid[row];
  }

  /// Sets [#uid(int)].
  public void uid(int row, int uidBits) {
    uid[row] = uidBits;
  }

  /// Flags and properties: [Bits].
  public int bits(int row) {
    return bits[row];
  }

  /// Sets [#bits(int)].
  public void bits(int row, int value) {
    bits[row] = value;
  }

  /// The last change of the message's flags, or its arrival.
  public long modSeq(int row) {
    return modSeqBase + Integer.toUnsignedLong(modSeq[row]);
  }

  /// Sets [#modSeq(int)].
  ///
  /// @param value not below [#modSeqBase]
  public void modSeq(int row, long value) {
    if (value - modSeqBase > MOST_DISTANCE) {
      modSeqBase(value - MOST_DISTANCE / 2);
    }
    modSeq[row] = (int) Math.max(0, value - modSeqBase);
  }

  /// The least mod-sequence that a message may have here.
  public long modSeqBase() {
    return modSeqBase;
  }

  /// Sets [#modSeqBase()]; messages whose mod-sequence is below get it, all others keep theirs.
  public void modSeqBase(long base) {
    for (int row = 0; row < count; row++) {
      long value = Math.max(0, modSeq(row) - base);
      modSeq[row] = (int) Math.min(value, MOST_DISTANCE);
    }
    modSeqBase = base;
  }

  /// Says from where the distances count that were filled in through the columns.
  public void modSeqBaseAsFilled(long base) {
    modSeqBase = base;
  }

  /// The message's keywords, as a number of [#keywordSets].
  public int keywordSet(int row) {
    return keywordSet[row];
  }

  /// Sets [#keywordSet(int)].
  public void keywordSet(int row, int number) {
    keywordSet[row] = number;
  }

  /// The message's keywords.
  public Keywords keywords(int row) {
    return keywordSets.get(keywordSet[row]);
  }

  /// The sets of keywords there are.
  public KeywordSets keywordSets() {
    return keywordSets;
  }

  /// Gives the numbers of all rows another meaning.
  public void keywordSets(KeywordSets sets) {
    keywordSets = sets;
  }

  /// Row of the message at a position, counted from 0 in the order of UIDs.
  public int rowAt(int position) {
    var order = byUid;
    return order == null ? position : order[position];
  }

  /// The first position whose UID is at least this, or [#count]; needs [#orderByUid] since the last
  /// change of a UID.
  public int positionNotBelow(int uidBits) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(uid[rowAt(middle)], uidBits) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Row of a UID, or -1; needs [#orderByUid] since the last change of a UID.
  public int rowOf(int uidBits) {
    int position = positionNotBelow(uidBits);
    return position < count && uid[rowAt(position)] == uidBits ? rowAt(position) : -1;
  }

  /// Copies rows that have greater UIDs than all here, in ascending order, behind the last row.
  public void append(MessageTable more, int fromRow) {
    for (int row = fromRow; row < more.count; row++) {
      addCopy(more, row);
    }
    if (byUid != null) {
      orderByUid();
    }
  }

  /// Puts positions into the order of UIDs; costs memory only where the file has another order.
  public void orderByUid() {
    boolean ascending = true;
    for (int row = 1; row < count && ascending; row++) {
      ascending = Integer.compareUnsigned(uid[row - 1], uid[row]) < 0;
    }
    byUid = ascending ? null : sorted();
  }

  private int[] sorted() {
    var keys = new long[count];
    for (int row = 0; row < count; row++) {
      keys[row] = Integer.toUnsignedLong(uid[row]) << 32 | row;
    }
    // Flipping the top bit makes the signed order of longs that of unsigned UIDs.
    for (int i = 0; i < count; i++) {
      keys[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(keys);
    var order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /// What the bits of a row mean.
  public static final class Bits {
    /// Mask of the length of the separator behind the message: 0, 1 (LF) or 2 (CRLF) octets.
    public static final int SEPARATOR = 0b11;

    /// System flags, in the order of [org.popinjay.mailstore.Flag].
    public static final int FLAGS_SHIFT = 2;

    /// Mask of the five system flags in place.
    public static final int FLAGS = 0b11111 << FLAGS_SHIFT;

    /// Not recent: some session was told of it (`O` of the Status field).
    public static final int OLD = 1 << 7;

    /// The From_ line ends in CRLF and so does the message.
    public static final int CRLF = 1 << 8;

    /// Bookkeeping fields stand in its header and are left out of the presentation.
    public static final int HIDDEN_FIELDS = 1 << 9;

    /// The header is not followed by a blank line.
    public static final int NO_BLANK_LINE = 1 << 10;

    /// The last stored octet is no line end.
    public static final int NO_FINAL_LINE_END = 1 << 11;

    /// There is a NUL in it.
    public static final int NUL = 1 << 12;

    /// It is a message that this program wrote, quoted by the rules of mboxrd (`q=rd`).
    public static final int QUOTED = 1 << 13;

    /// Flags were changed since they were last written to the spool.
    public static final int FLAGS_PENDING = 1 << 14;

    /// Its bookkeeping fields are its sender's words and not to be believed.
    public static final int FOREIGN_FIELDS = 1 << 15;

    /// What the bookkeeping fields in the spool said when it was last read: the system flags, as in
    /// [#FLAGS].
    public static final int FILE_FLAGS_SHIFT = 16;

    /// Mask of what the spool said.
    public static final int FILE_FLAGS = 0b11111 << FILE_FLAGS_SHIFT;

    /// What the spool said of [#OLD].
    public static final int FILE_OLD = 1 << 21;

    /// The spool says other keywords than the table, or none.
    public static final int KEYWORDS_PENDING = 1 << 22;

    /// An `X-UID` field in the spool tells its UID.
    public static final int FILE_UID = 1 << 23;

    /// An `X-Popinjay` field in the spool tells an id that is kept with it.
    public static final int KEPT_ID = 1 << 24;

    /// It was stored without a blank line behind its header, at its end; POP3 shows one.
    public static final int LACKS_BLANK_LINE = 1 << 28;

    /// It was stored without an end of its last line; POP3 shows one.
    public static final int LACKS_LINE_END = 1 << 29;

    /// The blank line behind its stored header is no part of it and never shown.
    public static final int HIDES_BLANK_LINE = 1 << 30;

    /// How a message is read that this program wrote.
    public static final int STORED_FORM =
        QUOTED | LACKS_BLANK_LINE | LACKS_LINE_END | HIDES_BLANK_LINE;

    private Bits() {}
  }
}
