package org.popinjay.mailstore.mbox.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTableTest {

  private static MessageTable withUids(int... uids) {
    var table = new MessageTable(0);
    for (int uid : uids) {
      table.uid(table.add(10L * table.count()), uid);
    }
    table.end(10L * table.count());
    table.orderByUid();
    return table;
  }

  @Test
  void positionsFollowTheFileWhileUidsAscend() {
    var table = withUids(3, 5, 9);
    assertThat(table.rowAt(1)).isEqualTo(1);
    assertThat(table.rowOf(9)).isEqualTo(2);
    assertThat(table.rowOf(4)).isEqualTo(-1);
  }

  @Test
  void positionsFollowTheUidsWhereTheFileHasAnotherOrder() {
    var table = withUids(7, 2, 5);
    assertThat(new int[] {table.rowAt(0), table.rowAt(1), table.rowAt(2)}).containsExactly(1, 2, 0);
    assertThat(table.rowOf(7)).isZero();
    assertThat(table.positionNotBelow(6)).isEqualTo(2);
  }

  @Test
  void uidsAboveHalfTheRangeAreGreaterThanThoseBelow() {
    var table = withUids((int) 4_000_000_000L, 5);
    assertThat(table.rowAt(0)).isEqualTo(1);
    assertThat(table.rowOf((int) 4_000_000_000L)).isZero();
    assertThat(withUids(1, (int) 3_000_000_000L).rowAt(1)).isEqualTo(1);
  }

  @Test
  void messagesTileTheSpool() {
    var table = withUids(1, 2);
    assertThat(table.endOf(0)).isEqualTo(10);
    assertThat(table.endOf(1)).isEqualTo(20);
  }

  @Test
  void aRowKeepsAllItsColumnsWhenCopied() {
    var table = new MessageTable(1);
    int row = table.add(5);
    table.wireOctets(row, 1);
    table.headerDigest(row, 2);
    table.bodyDigest(row, 3);
    table.internalDate(row, 4);
    table.fromLineOctets(row, 6);
    table.headerOctets(row, 7);
    table.uid(row, 8);
    table.bits(row, 9);
    var copy = new MessageTable(0);
    copy.addCopy(table, row);
    assertThat(copy.offset(0)).isEqualTo(5);
    assertThat(copy.wireOctets(0)).isEqualTo(1);
    assertThat(copy.headerDigest(0)).isEqualTo(2);
    assertThat(copy.bodyDigest(0)).isEqualTo(3);
    assertThat(copy.internalDate(0)).isEqualTo(4);
    assertThat(copy.bodyStart(0)).isEqualTo(18);
    assertThat(copy.uid(0)).isEqualTo(8);
    assertThat(copy.bits(0)).isEqualTo(9);
  }
}
