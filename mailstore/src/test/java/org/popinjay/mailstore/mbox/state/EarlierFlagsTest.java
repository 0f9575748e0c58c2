package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

class EarlierFlagsTest {
  private final MessageTable table = new MessageTable(2);
  private final EarlierFlags earlier = new EarlierFlags();

  EarlierFlagsTest() {
    for (int uid = 1; uid <= 2; uid++) {
      int row = table.add(0);
      table.uid(row, uid);
      table.modSeq(row, 10);
    }
  }

  private void change(int row, long when, Flag flag) {
    earlier.add(table, row, when);
    table.bits(row, flag.bit() << Bits.FLAGS_SHIFT);
    table.modSeq(row, when);
  }

  @Test
  void whatWasBeforeIsFoundStepByStep() {
    change(0, 11, Flag.SEEN);
    change(1, 11, Flag.DRAFT);
    change(0, 12, Flag.FLAGGED);
    change(0, 15, Flag.DELETED);

    assertThat(earlier.at(10, 1, 15)).isEqualTo(Flags.NONE);
    assertThat(earlier.at(11, 1, 15)).isEqualTo(Flags.of(Flag.SEEN));
    assertThat(earlier.at(14, 1, 15)).isEqualTo(Flags.of(Flag.FLAGGED));
    assertThat(earlier.at(10, 2, 11)).isEqualTo(Flags.NONE);
  }

  @Test
  void nothingIsKnownOfATimeBeforeTheMessageCame() {
    change(0, 11, Flag.SEEN);
    assertThat(earlier.at(9, 1, 11)).isNull();
  }

  @Test
  void aChangeThatWasNotNotedHidesWhatWasBeforeIt() {
    change(0, 11, Flag.SEEN);
    table.modSeq(0, 12);
    change(0, 13, Flag.FLAGGED);

    assertThat(earlier.at(12, 1, 13)).isEqualTo(Flags.of(Flag.SEEN));
    assertThat(earlier.at(11, 1, 13)).isNull();
    assertThat(earlier.at(11, 1, 14)).isNull();
  }

  @Test
  void theOldestAreForgotten() {
    for (int when = 11; when <= 11 + EarlierFlags.MOST; when++) {
      change(0, when, Flag.SEEN);
    }
    long now = table.modSeq(0);
    assertThat(earlier.at(10, 1, now)).isNull();
    assertThat(earlier.at(now - EarlierFlags.MOST / 2, 1, now)).isEqualTo(Flags.of(Flag.SEEN));
  }
}
