package org.popinjay.mailstore.mbox.ledger;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// Finds out which message is which after another program changed the spool.
///
/// A message is known again when its identifying header fields, the length and the octets of its
/// body are those of a known one; headers that other programs add or change on the way do not
/// matter. Of several equal ones the first comes first. It never guesses: what is not known again
/// is new, and a known message that is gone while something like it appeared is reported as
/// uncertain.
public final class Reconciler {
  private static final int NONE = -1;

  private final MessageTable known;
  private final MessageTable found;
  private final int[] knownRowOf;
  private final boolean[] taken;

  /// What came of it.
  ///
  /// @param knownRowOf for each found row the known row it is, or -1 for a new message
  /// @param vanished UIDs of known messages that are not there any more, in the order of the file
  /// @param uncertain those of them that may still be there in another form
  @SuppressWarnings("ArrayRecordComponent")
  public // millions of rows; handed over once and not kept
  record Outcome(int[] knownRowOf, int[] vanished, Set<Integer> uncertain) {}

  private record Fingerprint(long header, long body) {}

  private Reconciler(MessageTable known, MessageTable found) {
    this.known = known;
    this.found = found;
    knownRowOf = new int[found.count()];
    Arrays.fill(knownRowOf, NONE);
    taken = new boolean[known.count()];
  }

  /// Matches what was known with what was found. Time and memory linear in both; only the columns
  /// of UIDs and digests are looked at.
  public static Outcome reconcile(MessageTable known, MessageTable found) {
    return new Reconciler(known, found).run();
  }

  private Outcome run() {
    int prefix = 0;
    int shorter = Math.min(known.count(), found.count());
    while (prefix < shorter && same(prefix, prefix)) {
      match(prefix, prefix);
      prefix++;
    }
    int suffix = 0;
    while (suffix < shorter - prefix
        && same(known.count() - 1 - suffix, found.count() - 1 - suffix)) {
      match(known.count() - 1 - suffix, found.count() - 1 - suffix);
      suffix++;
    }
    matchByFingerprint(prefix, known.count() - suffix, found.count() - suffix);
    return new Outcome(knownRowOf, vanished(), uncertain(prefix, found.count() - suffix));
  }

  private boolean same(int knownRow, int foundRow) {
    return known.headerDigest(knownRow) == found.headerDigest(foundRow)
        && known.bodyDigest(knownRow) == found.bodyDigest(foundRow);
  }

  private void match(int knownRow, int foundRow) {
    knownRowOf[foundRow] = knownRow;
    taken[knownRow] = true;
  }

  private void matchByFingerprint(int from, int knownEnd, int foundEnd) {
    if (from == knownEnd || from == foundEnd) {
      return;
    }
    Map<Fingerprint, ArrayDeque<Integer>> rows = HashMap.newHashMap(knownEnd - from);
    for (int row = from; row < knownEnd; row++) {
      rows.computeIfAbsent(fingerprint(known, row), _ -> new ArrayDeque<>(1)).add(row);
    }
    for (int row = from; row < foundEnd; row++) {
      var candidates = rows.get(fingerprint(found, row));
      if (candidates != null && !candidates.isEmpty()) {
        match(candidates.remove(), row);
      }
    }
  }

  private static Fingerprint fingerprint(MessageTable table, int row) {
    return new Fingerprint(table.headerDigest(row), table.bodyDigest(row));
  }

  private int[] vanished() {
    int count = 0;
    for (boolean there : taken) {
      count += there ? 0 : 1;
    }
    var uids = new int[count];
    int at = 0;
    for (int row = 0; row < taken.length; row++) {
      if (!taken[row]) {
        uids[at++] = known.uid(row);
      }
    }
    return uids;
  }

  private Set<Integer> uncertain(int from, int foundEnd) {
    var headers = new HashSet<Long>();
    var bodies = new HashSet<Long>();
    for (int row = from; row < foundEnd; row++) {
      if (knownRowOf[row] == NONE) {
        headers.add(found.headerDigest(row));
        bodies.add(found.bodyDigest(row));
      }
    }
    var uids = new HashSet<Integer>();
    for (int row = 0; row < taken.length; row++) {
      if (!taken[row]
          && (headers.contains(known.headerDigest(row))
              || bodies.contains(known.bodyDigest(row)))) {
        uids.add(known.uid(row));
      }
    }
    return uids;
  }
}
