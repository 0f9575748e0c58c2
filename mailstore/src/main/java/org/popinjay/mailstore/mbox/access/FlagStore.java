package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.ledger.MailboxLedger;
import org.popinjay.mailstore.mbox.state.EarlierFlags;
import org.popinjay.mailstore.mbox.state.LogRecord;
import org.popinjay.mailstore.mbox.state.StoredFlags;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Changes flags of messages: works out what becomes of each, writes it into the state log, and
/// then lets all sessions see it at once. The spool gets it later.
///
/// Used under the gate of its mailbox, once.
public final class FlagStore {
  private final SpoolKnowledge known;
  private final MessageTable table;
  private final BitSet moved = new BitSet();
  private final Map<Integer, Keywords> newKeywords = new HashMap<>();
  private final int[] uids;
  private final int[] positions;
  private final int[] newBits;

  /// @param uids of the messages, ascending
  public FlagStore(SpoolKnowledge known, int[] uids) {
    this.known = known;
    this.uids = uids;
    table = known.table();
    positions = new int[uids.length];
    newBits = new int[uids.length];
  }

  /// What rows say of their flags, to be remembered.
  static LogRecord said(MessageTable table, BitSet rows) {
    return new LogRecord.Flagged(
        rows.stream()
            .mapToObj(row ->
                new LogRecord.FlagRange(
                    table.uid(row), table.uid(row), StoredFlags.of(table.bits(row))))
            .toList());
  }

  /// What a change of flags came to; bits are indices of the UIDs given.
  ///
  /// @param there messages whose flags are now as asked
  /// @param changed those of them that were not before
  /// @param modified messages left alone because they changed since
  /// @param moved messages that have the new mod-sequence
  /// @param before the mod-sequence that each message had; 0 where there is none
  /// @param highestBefore that of the mailbox
  /// @param modSeq that of this change, or 0 if nothing changed
  @SuppressWarnings("ArrayRecordComponent")
  public // handed over once and not kept
  record Marked(
      BitSet there,
      BitSet changed,
      BitSet modified,
      BitSet moved,
      long[] before,
      long highestBefore,
      long modSeq) {}

  /// Changes flags; durable when it returns.
  ///
  /// @param unchangedSince leaves alone what changed after this in a way that matters; null changes
  ///   all. Messages that pass get the new mod-sequence whether they look different or not (RFC
  ///   7162, section 3.1.3)
  public StoreResult<Marked> store(FlagChange change, @Nullable ModSeq unchangedSince)
      throws IOException {
    if (!(change instanceof FlagChange.Remove) && !hasRoomFor(change.flags().keywords())) {
      return StoreResult.failed(
          new StoreFailure.TooManyKeywords(
              "there are " + table.keywordSets().all().list().size() + " keywords"));
    }
    long highest = known.ledger().chronicle().highest();
    var marked =
        new Marked(
            new BitSet(), new BitSet(), new BitSet(), moved, new long[uids.length], highest, 0);
    for (int i = 0; i < uids.length; i++) {
      positions[i] = table.positionNotBelow(uids[i]);
      int row = table.rowOf(uids[i]);
      if (row >= 0) {
        marked.before[i] = table.modSeq(row);
        if (unchangedSince != null && isModified(row, change, unchangedSince.value())) {
          marked.modified.set(i);
        } else {
          marked.there.set(i);
          boolean different = plan(i, row, change);
          marked.changed.set(i, different);
          moved.set(i, different || unchangedSince != null);
        }
      }
    }
    if (moved.isEmpty()) {
      return StoreResult.done(marked);
    }
    long modSeq = known.ledger().nextModSeq();
    write(modSeq);
    return StoreResult.done(
        new Marked(
            marked.there, marked.changed, marked.modified, moved, marked.before, highest, modSeq));
  }

  /// Whether a message changed in a way that matters to whoever saw it last at a mod-sequence. What
  /// adds or removes some flags does not mind changes of others (RFC 7162, section 3.1.12), and a
  /// keyword that the mailbox does not know never was on a message (section 3.1.3).
  private boolean isModified(int row, FlagChange change, long since) {
    long now = table.modSeq(row);
    if (now <= since) {
      return false;
    }
    if (change instanceof FlagChange.Replace) {
      return true;
    }
    var named = change.flags();
    var earlier = known.ledger().chronicle().earlier().at(since, table.uid(row), now);
    if (earlier == null) {
      var all = table.keywordSets().all();
      return !named.system().equals(FlagSet.NONE)
          || named.keywords().isEmpty()
          || named.keywords().list().stream().anyMatch(all::has);
    }
    int system = (table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT;
    var keywords = table.keywords(row);
    return ((system ^ earlier.system().bits()) & named.system().bits()) != 0
        || named.keywords().list().stream()
            .anyMatch(keyword -> keywords.has(keyword) != earlier.keywords().has(keyword));
  }

  private boolean hasRoomFor(Keywords some) {
    var all = table.keywordSets().all();
    return all.list().containsAll(some.list())
        || all.with(some.list()).list().size() <= KeywordSets.MOST_KEYWORDS;
  }

  /// Works out what becomes of a row; whether that is something else than now.
  private boolean plan(int i, int row, FlagChange change) {
    int bits = table.bits(row);
    int set = table.keywordSet(row);
    var system = new FlagSet((bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT);
    var keywords = newKeywords.get(set);
    var after = change.applyTo(new Flags(system, table.keywordSets().get(set)));
    if (keywords == null) {
      keywords = after.keywords();
      newKeywords.put(set, keywords);
    }
    int wanted = (bits & ~Bits.FLAGS) | after.system().bits() << Bits.FLAGS_SHIFT;
    boolean labels = !keywords.equals(table.keywordSets().get(set));
    boolean flags = wanted != bits;
    wanted |= (flags ? Bits.FLAGS_PENDING : 0) | (labels ? Bits.KEYWORDS_PENDING : 0);
    newBits[i] = wanted;
    return flags || labels;
  }

  private void write(long modSeq) throws IOException {
    var flagged = new ArrayList<LogRecord.FlagRange>();
    var labelled = new LinkedHashMap<Keywords, List<LogRecord.UidRange>>();
    var touched = new ArrayList<LogRecord.UidRange>();
    for (int from = moved.nextSetBit(0); from >= 0; ) {
      int to = from + 1;
      while (moved.get(to) && alike(to - 1, to)) {
        to++;
      }
      int row = table.rowAt(positions[from]);
      int first = uids[from];
      int last = uids[to - 1];
      var range = new LogRecord.UidRange(first, last);
      touched.add(range);
      flagged.add(new LogRecord.FlagRange(first, last, StoredFlags.of(newBits[from])));
      var keywords = keywordsOf(row);
      if (!keywords.equals(table.keywords(row))) {
        labelled.computeIfAbsent(keywords, _ -> new ArrayList<>()).add(range);
      }
      from = moved.nextSetBit(to);
    }
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.Flagged(flagged));
    labelled.forEach((set, ranges) -> records.add(new LogRecord.Labelled(set, ranges)));
    known.ledger().flagged(modSeq, records);
    known.changeLive(
        new MailboxLedger.Taken(modSeq, List.of(), touched, known.uncertain()),
        () -> apply(modSeq));
  }

  /// Whether two messages look the same, before and after, with nothing between them.
  private boolean alike(int i, int next) {
    return positions[next] == positions[i] + 1
        && StoredFlags.of(newBits[i]) == StoredFlags.of(newBits[next])
        && table.keywordSet(table.rowAt(positions[i]))
            == table.keywordSet(table.rowAt(positions[next]));
  }

  private Keywords keywordsOf(int row) {
    return newKeywords.getOrDefault(table.keywordSet(row), table.keywords(row));
  }

  private void apply(long modSeq) {
    var numbers = new HashMap<Integer, Integer>();
    var earlier = known.ledger().chronicle().earlier();
    boolean few = moved.cardinality() <= EarlierFlags.MOST / 2;
    for (int i = moved.nextSetBit(0); i >= 0; i = moved.nextSetBit(i + 1)) {
      int row = table.rowAt(positions[i]);
      int set =
          numbers.computeIfAbsent(
              table.keywordSet(row), _ -> table.keywordSets().numberOf(keywordsOf(row)));
      if (few) {
        earlier.add(table, row, modSeq);
      }
      table.bits(row, newBits[i]);
      table.keywordSet(row, set);
      table.modSeq(row, modSeq);
    }
  }
}
