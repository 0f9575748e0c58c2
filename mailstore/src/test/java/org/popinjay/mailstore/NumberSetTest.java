package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.NumberSet.Range;

class NumberSetTest {

  @Property
  void positionsAreThoseThatABruteForceSearchFinds(
      @ForAll("uids") List<Integer> uids, @ForAll("ranges") List<Range> ranges) {
    int[] bits = uids.stream().sorted().mapToInt(Integer::intValue).toArray();
    assertThat(new NumberSet.Uids(ranges).positions(bits.length, at -> bits[at - 1]))
        .containsExactly(bruteForce(ranges, IntStream.of(bits).asLongStream().toArray()));
    assertThat(new NumberSet.Sequence(ranges).positions(bits.length, at -> bits[at - 1]))
        .containsExactly(bruteForce(ranges, LongStream.rangeClosed(1, bits.length).toArray()));
  }

  @Test
  void uidsAreUnsigned() {
    int[] bits = {1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
    assertThat(uids(new Range(2147483648L, Range.STAR)).positions(4, at -> bits[at - 1]))
        .containsExactly(3, 4);
  }

  @Test
  void theWidestRangeCostsNoMoreThanAFewLooksPerMessage() {
    var looks = new AtomicInteger();
    int[] found =
        uids(new Range(1, 4294967295L))
            .positions(
                10,
                at -> {
                  looks.incrementAndGet();
                  return at * 1000;
                });
    assertThat(found).hasSize(10);
    assertThat(looks).hasValueLessThan(20);
  }

  private static NumberSet uids(Range range) {
    return new NumberSet.Uids(List.of(range));
  }

  /// Walks over every number of every range instead of the messages.
  private static int[] bruteForce(List<Range> ranges, long[] numbers) {
    var found = new TreeSet<Integer>();
    long greatest = numbers.length == 0 ? 0 : numbers[numbers.length - 1];
    for (var range : ranges) {
      long first = range.first() == Range.STAR ? greatest : range.first();
      long last = range.last() == Range.STAR ? greatest : range.last();
      for (long number = Math.min(first, last); number <= Math.max(first, last); number++) {
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] == number) {
            found.add(i + 1);
          }
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  @Provide
  Arbitrary<List<Integer>> uids() {
    return Arbitraries.integers().between(1, 40).list().uniqueElements().ofMaxSize(20);
  }

  @Provide
  Arbitrary<List<Range>> ranges() {
    var end =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, Arbitraries.longs().between(1, 50)),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(Range.STAR)));
    return Combinators.combine(end, end).as(Range::new).list().ofMaxSize(6);
  }
}
