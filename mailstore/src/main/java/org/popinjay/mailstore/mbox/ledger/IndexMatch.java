package org.popinjay.mailstore.mbox.ledger;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.dovecot.DovecotIndex;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.posix.FileStat;

/// Which messages of an index are those of a spool; nothing is guessed.
///
/// If each lies where the index says, and none says another UID or has another digest, they are the
/// same, provided that the index was made of this very spool: it is as long and as old as it was
/// then, or grew behind a message, or tells the UIDs itself. If mail was removed or moved since, a
/// message is known by the UID that it states under the same UIDVALIDITY, or by a digest that no
/// other has. Who is not known is new.
final class IndexMatch {
  private static final int NONE = -1;

  /// Dovecot's digest of a header with nothing that it takes.
  private static final String EMPTY_DIGEST = "d41d8cd98f00b204e9800998ecf8427e";

  /// As far as UIDs of others are believed.
  private static final long GREATEST_UID_NEXT = ImapBase.HIGHEST_UID_LAST;

  private final @Nullable DovecotIndex index;
  private final int[] messageOf;
  private final int[] uids;
  private final long uidNext;
  private final OldIndex report;

  private IndexMatch(
      @Nullable DovecotIndex index, int[] messageOf, int[] uids, long uidNext, OldIndex report) {
    this.index = index;
    this.messageOf = messageOf;
    this.uids = uids;
    this.uidNext = uidNext;
    this.report = report;
  }

  /// The digest of a message as Dovecot makes it.
  @FunctionalInterface
  interface Digests {
    /// Reads it if need be.
    ///
    /// @param row of the spool
    String of(int row) throws IOException;
  }

  /// Nothing can be believed.
  static IndexMatch refused(String why) {
    return new IndexMatch(null, new int[0], new int[0], 0, OldIndex.refused(why));
  }

  /// Compares them.
  ///
  /// @param table as scanned
  /// @param base what the spool says of itself, or null
  /// @param stated the UIDs of its messages as it says, or null if they are not sound
  /// @param stat of the spool
  static IndexMatch of(
      DovecotIndex index,
      MessageTable table,
      @Nullable ImapBase base,
      int @Nullable [] stated,
      FileStat stat,
      Digests digests)
      throws IOException {
    var header = index.header();
    if (header.uidValidity() == 0 || header.uidNext() > GREATEST_UID_NEXT) {
      return refused(
          "it has UIDVALIDITY %d and next UID %d"
              .formatted(header.uidValidity(), header.uidNext()));
    }
    if (base != null && base.uidValidity() != header.uidValidity()) {
      return refused(
          "it is of UIDVALIDITY %d, the spool of %d"
              .formatted(header.uidValidity(), base.uidValidity()));
    }
    if (base != null && stated == null) {
      return refused("the UIDs in the spool are not sound");
    }
    var search = new Search(index, table, base != null, digests);
    if (!search.byPlace(stat) && !search.byName()) {
      return refused("none of its messages is one of the spool");
    }
    return search.match(base == null ? 0 : base.uidLast(), stated);
  }

  /// Whether there is anything to believe.
  boolean holds() {
    return index != null;
  }

  /// What came of it.
  OldIndex report() {
    return report;
  }

  private DovecotIndex index() {
    if (index == null) {
      throw new IllegalStateException("nothing to believe: " + report.fault());
    }
    return index;
  }

  long uidValidity() {
    return index().header().uidValidity();
  }

  long uidNext() {
    return uidNext;
  }

  /// The UIDs of all rows.
  int[] uids() {
    return uids;
  }

  /// Whether a session was told of a message.
  boolean isOld(int row) {
    return messageOf[row] != NONE && index().uid(messageOf[row]) < index().header().firstRecent();
  }

  /// The flags of a message if the spool does not have them, or null.
  @Nullable Flags unwritten(int row) {
    int message = messageOf[row];
    return message != NONE && index().isUnwritten(message) ? index().flags(message) : null;
  }

  /// Looks for each row in the index.
  private static final class Search {
    private final DovecotIndex index;
    private final MessageTable table;
    private final boolean statesUids;
    private final Digests digests;
    private final int[] messageOf;
    private final @Nullable String[] digestOf;

    Search(DovecotIndex index, MessageTable table, boolean statesUids, Digests digests) {
      this.index = index;
      this.table = table;
      this.statesUids = statesUids;
      this.digests = digests;
      messageOf = new int[table.count()];
      digestOf = new String[table.count()];
    }

    /// The UID that a row says it has, or 0.
    private long stated(int row) {
      return statesUids ? Integer.toUnsignedLong(table.uid(row)) : 0;
    }

    private String digest(int row) throws IOException {
      var digest = digestOf[row];
      if (digest == null) {
        digest = digests.of(row);
        digestOf[row] = digest;
      }
      return digest;
    }

    private boolean contradicts(int row, int message) throws IOException {
      long uid = stated(row);
      if (uid != 0 && uid != index.uid(message)) {
        return true;
      }
      var digest = index.headerDigest(message);
      return digest.isPresent() && !digest.get().equals(digest(row));
    }

    /// Each message of the index lies where it was.
    boolean byPlace(FileStat stat) throws IOException {
      Arrays.fill(messageOf, NONE);
      int row = 0;
      boolean allStated = true;
      for (int message = 0; message < index.count(); message++) {
        long at = index.offset(message);
        while (row < table.count() && table.offset(row) < at) {
          row++;
        }
        // Dovecot takes the line end before a From_ line for its beginning.
        boolean there = at >= 0 && row < table.count() && table.offset(row) - at <= lineEnd(row);
        if (!there || contradicts(row, message)) {
          return false;
        }
        allStated &= stated(row) != 0;
        messageOf[row++] = message;
      }
      return allStated || isOfThisSpool(stat, row);
    }

    private int lineEnd(int row) {
      return (table.bits(row) & Bits.CRLF) != 0 ? 2 : 1;
    }

    /// @param known rows that the index knows
    private boolean isOfThisSpool(FileStat stat, int known) {
      var then = index.mbox();
      long modifiedSeconds = (stat.modifiedNanos() / 1_000_000_000L) & 0xFFFF_FFFFL;
      boolean unchanged = then.octets() == stat.size() && then.modifiedSeconds() == modifiedSeconds;
      return unchanged || (known > 0 && then.octets() == table.endOf(known - 1));
    }

    /// Each row by what it says of itself.
    ///
    /// @return whether any was found, if both have some
    boolean byName() throws IOException {
      Arrays.fill(messageOf, NONE);
      var taken = new BitSet();
      for (int row = 0; row < table.count(); row++) {
        int message = stated(row) == 0 ? NONE : index.find(stated(row));
        if (message != NONE && !contradicts(row, message)) {
          messageOf[row] = message;
          taken.set(message);
        }
      }
      byDigest(taken);
      return table.count() == 0 || Arrays.stream(messageOf).anyMatch(message -> message != NONE);
    }

    private void byDigest(BitSet taken) throws IOException {
      var messages = new HashMap<String, Integer>();
      for (int message = 0; message < index.count(); message++) {
        int number = message;
        index
            .headerDigest(message)
            .ifPresent(digest -> messages.merge(digest, number, (_, _) -> NONE));
      }
      messages.put(EMPTY_DIGEST, NONE);
      var rows = new HashMap<String, Integer>();
      for (int row = 0; !messages.isEmpty() && row < table.count(); row++) {
        rows.merge(digest(row), row, (_, _) -> NONE);
      }
      for (Map.Entry<String, Integer> each : rows.entrySet()) {
        int row = each.getValue();
        int message = messages.getOrDefault(each.getKey(), NONE);
        boolean free = row != NONE && messageOf[row] == NONE && stated(row) == 0;
        if (free && message != NONE && !taken.get(message)) {
          messageOf[row] = message;
        }
      }
    }

    /// Gives each row a UID.
    ///
    /// @param uidLast the greatest that the spool says was given
    /// @param inSpool what the spool says, or leaves no doubt about
    IndexMatch match(long uidLast, int @Nullable [] inSpool) {
      var uids = new int[table.count()];
      Set<Integer> used = new HashSet<>();
      for (int row = 0; row < uids.length; row++) {
        uids[row] = (int) stated(row);
        used.add(uids[row]);
      }
      int flags = 0;
      int known = 0;
      for (int row = 0; row < uids.length; row++) {
        if (uids[row] == 0 && messageOf[row] != NONE) {
          int uid = (int) index.uid(messageOf[row]);
          boolean free = used.add(uid);
          uids[row] = free ? uid : 0;
          messageOf[row] = free ? messageOf[row] : NONE;
        }
        known += messageOf[row] == NONE ? 0 : 1;
        flags += isCorrected(row) ? 1 : 0;
      }
      long next = Math.max(index.header().uidNext(), uidLast + 1);
      for (int row = 0; row < uids.length; row++) {
        if (uids[row] == 0) {
          int between = inSpool == null ? 0 : inSpool[row];
          boolean given = between != 0 && Integer.toUnsignedLong(between) <= uidLast;
          uids[row] = given && used.add(between) ? between : (int) next++;
        }
      }
      return new IndexMatch(index, messageOf, uids, next, new OldIndex(known, flags, ""));
    }

    private boolean isCorrected(int row) {
      int message = messageOf[row];
      if (message == NONE || !index.isUnwritten(message)) {
        return false;
      }
      var flags = index.flags(message);
      int system = (table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT;
      return flags.system().bits() != system || !flags.keywords().equals(table.keywords(row));
    }
  }
}
