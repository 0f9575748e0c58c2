package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;

class LogFormatTest {
  private static final long GENERATION = 0x1234_5678_9ABC_DEF0L;

  @Provide
  Arbitrary<LogRecord> records() {
    var uids = Arbitraries.integers().filter(uid -> uid != 0);
    var flags = Arbitraries.integers().between(0, 0xFFFF);
    var bases =
        Combinators.combine(
                Arbitraries.longs().between(1, 0xFFFF_FFFFL),
                Arbitraries.longs().between(1, 1L << 32))
            .as((validity, next) -> new LogRecord.Base(new UidValidity(validity), next));
    var flagged =
        Combinators.combine(uids, uids, flags)
            .as(LogRecord.FlagRange::new)
            .list()
            .map(LogRecord.Flagged::new);
    var expunged =
        Combinators.combine(uids, uids)
            .as(LogRecord.UidRange::new)
            .list()
            .map(LogRecord.Expunged::new);
    var assigned =
        Combinators.combine(uids.list(), Arbitraries.longs(), flags)
            .as((list, seed, flag) -> {
              int count = list.size();
              var uid = list.stream().mapToInt(i -> i).toArray();
              var header = new long[count];
              var body = new long[count];
              var stored = new short[count];
              for (int i = 0; i < count; i++) {
                header[i] = seed + i;
                body[i] = seed * (i + 1);
                stored[i] = (short) (flag + i);
              }
              return new LogRecord.Assigned(uid, header, body, stored);
            });
    var ids = Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(70);
    var identified =
        ids.list()
            .ofMaxSize(5)
            .map(list -> {
              var kept = new KeptIds.Builder();
              for (int i = 0; i < list.size(); i++) {
                kept.add(i * 0x3333_3333 + 1, list.get(i));
              }
              return new LogRecord.Identified(kept.build());
            });
    return Arbitraries.oneOf(
        List.of(
            identified.map(r -> (LogRecord) r),
            bases.map(r -> (LogRecord) r),
            flagged.map(r -> (LogRecord) r),
            expunged.map(r -> (LogRecord) r),
            assigned.map(r -> (LogRecord) r)));
  }

  private static ByteBuffer written(LogRecord record, long offset, long durable) {
    var buffer = ByteBuffer.allocateDirect(LogFormat.octets(record));
    LogFormat.put(buffer, record, GENERATION, offset, durable);
    return buffer.flip();
  }

  @Property
  void whatIsWrittenIsReadBack(
      @ForAll("records") LogRecord record, @ForAll("offsets") long offset) {
    var octets = written(record, offset, offset);
    assertThat(octets.remaining()).isEqualTo(LogFormat.octets(record)).matches(n -> n % 8 == 0);
    assertThat(LogFormat.octetsAt(octets, offset)).isEqualTo(octets.remaining());
    assertThat(LogFormat.validAt(octets, GENERATION, offset)).isTrue();
    assertThat(LogFormat.durableAt(octets)).isEqualTo(offset);
    assertThat(LogFormat.get(octets)).isEqualTo(record);
  }

  @Provide
  Arbitrary<Long> offsets() {
    return Arbitraries.longs().between(4, 1L << 40).map(n -> n * 8);
  }

  @Property
  void aFlippedBitShows(
      @ForAll("records") LogRecord record, @ForAll("offsets") long offset, @ForAll int where) {
    var octets = written(record, offset, 0);
    int bit = Math.floorMod(where, octets.remaining() * 8);
    octets.put(bit / 8, (byte) (octets.get(bit / 8) ^ 1 << bit % 8));
    int length = LogFormat.octetsAt(octets, offset);
    assertThat(
            length > 0
                && length <= octets.remaining()
                && LogFormat.validAt(octets, GENERATION, offset))
        .isFalse();
  }

  @Property
  void aRecordIsValidOnlyWhereItWasWritten(
      @ForAll("records") LogRecord record, @ForAll("offsets") long offset) {
    var octets = written(record, offset, 0);
    assertThat(LogFormat.validAt(octets, GENERATION, offset + 8)).isFalse();
    assertThat(LogFormat.validAt(octets, GENERATION + 1, offset)).isFalse();
  }

  @Example
  void zerosAreNoRecord() {
    assertThat(LogFormat.octetsAt(ByteBuffer.allocateDirect(64), 64)).isZero();
  }

  @Example
  void consecutiveUidsCostNothing() {
    var table = StateFixture.messages(1000);
    assertThat(LogFormat.octets(LogRecord.Assigned.of(table, 0, 1000)))
        .isLessThanOrEqualTo(18 * 1000 + 40);
  }

  @Example
  void neighboursBecomeOneRange() {
    assertThat(LogRecord.Expunged.of(2, 3, 4, 9, -2, -1))
        .isEqualTo(
            new LogRecord.Expunged(
                List.of(
                    new LogRecord.UidRange(2, 4),
                    new LogRecord.UidRange(9, 9),
                    new LogRecord.UidRange(-2, -1))));
  }
}
