package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

class StoredFlagsTest {
  private static final int STORED =
      Bits.FLAGS
          | Bits.OLD
          | Bits.FLAGS_PENDING
          | Bits.FOREIGN_FIELDS
          | Bits.QUOTED
          | Bits.FILE_FLAGS
          | Bits.FILE_OLD
          | Bits.KEYWORDS_PENDING;

  @Property
  void whatIsStoredReplacesTheFlagsAndNothingElse(@ForAll int from, @ForAll int into) {
    assertThat(StoredFlags.into(into, StoredFlags.of(from)))
        .isEqualTo((from & STORED) | (into & ~STORED));
  }

  @Property
  void sixteenBitsAreEnough(@ForAll int bits) {
    assertThat(StoredFlags.of(bits)).isBetween(0, 0xFFFF);
  }

  @Example
  void theLowestBitsAreThoseOfAFlagSet() {
    int stored = StoredFlags.of(Flag.DELETED.bit() << Bits.FLAGS_SHIFT);
    assertThat(new FlagSet(stored).has(Flag.DELETED)).isTrue();
  }
}
