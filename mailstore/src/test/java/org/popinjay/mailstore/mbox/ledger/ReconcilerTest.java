package org.popinjay.mailstore.mbox.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.mbox.text.MessageTable;

class ReconcilerTest {

  /// A table whose messages have these letters as identity; UIDs count from 1.
  private static MessageTable spool(String letters) {
    var table = new MessageTable(letters.length());
    for (int i = 0; i < letters.length(); i++) {
      int row = table.add(i * 100L);
      table.headerDigest(row, Character.toLowerCase(letters.charAt(i)));
      table.bodyDigest(row, letters.charAt(i));
      table.uid(row, i + 1);
    }
    return table;
  }

  private static List<Integer> match(String known, String found) {
    var rows = new ArrayList<Integer>();
    for (int row : Reconciler.reconcile(spool(known), spool(found)).knownRowOf()) {
      rows.add(row);
    }
    return rows;
  }

  @Test
  void anUnchangedSpoolMatchesRowByRow() {
    assertThat(match("abc", "abc")).containsExactly(0, 1, 2);
  }

  @Test
  void removedMessagesLeaveTheOthersTheirIdentity() {
    assertThat(match("abcde", "ace")).containsExactly(0, 2, 4);
    assertThat(Reconciler.reconcile(spool("abcde"), spool("ace")).vanished()).containsExactly(2, 4);
  }

  @Test
  void movedMessagesAreFoundAgain() {
    assertThat(match("abcd", "dbca")).containsExactly(3, 1, 2, 0);
  }

  @Test
  void messagesPutBetweenKnownOnesAreNew() {
    assertThat(match("abc", "axbyc")).containsExactly(0, -1, 1, -1, 2);
  }

  @Test
  void equalMessagesAreTakenInTheirOrder() {
    assertThat(match("aab", "aab")).containsExactly(0, 1, 2);
    assertThat(match("aab", "ab")).containsExactly(0, 2);
  }

  @Test
  void aChangedBodyIsAnotherMessageAndTheOldOneUncertain() {
    var outcome = Reconciler.reconcile(spool("abc"), spool("aBc"));
    assertThat(outcome.knownRowOf()).containsExactly(0, -1, 2);
    assertThat(outcome.uncertain()).containsExactly(2);
  }

  @Test
  void aRemovedMessageIsNotUncertainWhereNothingLikeItAppeared() {
    assertThat(Reconciler.reconcile(spool("abc"), spool("acx")).uncertain()).isEmpty();
  }

  @Property(tries = 300)
  void everyMessageIsMatchedOnceAndWithItsEqual(@ForAll long seed) {
    var random = new Random(seed);
    var known = letters(random);
    var found = letters(random);
    var outcome = Reconciler.reconcile(spool(known), spool(found));
    var used = new HashSet<Integer>();
    for (int row = 0; row < found.length(); row++) {
      int knownRow = outcome.knownRowOf()[row];
      if (knownRow >= 0) {
        assertThat(used.add(knownRow)).isTrue();
        assertThat(known.charAt(knownRow)).isEqualTo(found.charAt(row));
      }
    }
    assertThat(outcome.vanished().length + used.size()).isEqualTo(known.length());
    for (char letter : "abcdef".toCharArray()) {
      long there = known.chars().filter(c -> c == letter).count();
      long seen = found.chars().filter(c -> c == letter).count();
      long matched = used.stream().filter(row -> known.charAt(row) == letter).count();
      assertThat(matched).isEqualTo(Math.min(there, seen));
    }
  }

  private static String letters(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(6)));
    }
    return text.toString();
  }
}
