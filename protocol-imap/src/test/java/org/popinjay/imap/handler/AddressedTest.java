package org.popinjay.imap.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;

class AddressedTest {

  @Property(tries = 200)
  void uidsAreThoseOfAllRangesWhicheverWayTheyRun(
      @ForAll @Size(min = 1, max = 5) List<@LongRange(min = 1, max = 30) Long> firsts,
      @ForAll @LongRange(min = 1, max = 30) long last,
      @ForAll @LongRange(min = 1, max = 30) long star) {
    var ranges =
        firsts.stream().map(first -> new Range(first, first % 3 == 0 ? Range.STAR : last)).toList();
    var expected =
        UidSet.of(
            firsts.stream()
                .flatMapToLong(first -> {
                  long end = first % 3 == 0 ? star : last;
                  return LongStream.rangeClosed(Math.min(first, end), Math.max(first, end));
                })
                .toArray());
    assertThat(Addressed.uids(new NumberSet.Uids(ranges), star)).isEqualTo(expected);
  }

  @Test
  void starOfAMailboxThatNeverHadAMessageIsNothing() {
    var all = new NumberSet.Uids(List.of(new Range(1, Range.STAR)));
    assertThat(Addressed.uids(all, 0)).isEqualTo(UidSet.EMPTY);
  }

  @Test
  void widestRangeCostsNothing() {
    var all = new NumberSet.Uids(List.of(new Range(0xFFFF_FFFFL, 1), new Range(5, 9)));
    assertThat(Addressed.uids(all, 7).toString()).isEqualTo("1:4294967295");
  }
}
