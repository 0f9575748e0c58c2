package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.SpoolHead;
import org.popinjay.posix.Posix;

class KeptIdsTest {
  private static final int MANY = 100_000;

  @TempDir private Path state;

  private static KeptIds many() {
    var ids = new KeptIds.Builder();
    IntStream.rangeClosed(1, MANY).forEach(uid -> ids.add(3 * uid, "id-of-" + uid));
    return ids.build();
  }

  @Test
  void findsTheIdOfAMessage() {
    var ids = new KeptIds.Builder().add(7, "a").add(-2, "bb").add(-1, "ccc").build();
    assertThat(ids.of(7)).isEqualTo("a");
    assertThat(ids.of(-2)).isEqualTo("bb");
    assertThat(ids.of(-1)).isEqualTo("ccc");
    assertThat(ids.of(6)).isNull();
    assertThat(ids.of(8)).isNull();
    assertThat(KeptIds.NONE.of(1)).isNull();
  }

  @Test
  void uidsAscend() {
    var ids = new KeptIds.Builder().add(-2, "a");
    assertThatIllegalArgumentException().isThrownBy(() -> ids.add(7, "b"));
  }

  @Test
  void whatIsSaidAgainCountsFromThereOn() {
    // As after a crash between a message's id and its UID in the log.
    var again = new KeptIds.Builder().add(2, "new").add(3, "c").build();
    var ids = new KeptIds.Builder().add(1, "a").add(2, "old").add(5, "e").add(again).build();
    assertThat(ids).isEqualTo(new KeptIds.Builder().add(1, "a").add(2, "new").add(3, "c").build());
  }

  @Test
  void columnsThatDoNotFitTogetherAreNone() {
    assertThat(KeptIds.of(new int[] {1}, new int[] {}, new byte[1])).isNull();
    assertThat(KeptIds.of(new int[] {1, 1}, new int[] {1, 2}, new byte[2])).isNull();
    assertThat(KeptIds.of(new int[] {1, 2}, new int[] {2, 2}, new byte[2])).isNull();
    assertThat(KeptIds.of(new int[] {1}, new int[] {3}, new byte[2])).isNull();
    assertThat(KeptIds.of(new int[] {1}, new int[] {2}, new byte[2])).isNotNull();
  }

  @Test
  void aHundredThousandComeOutOfTheIndexAndTakeLittleMoreThanTheirOctets() throws Exception {
    var files = Posix.files();
    var ids = many();
    var folder = StateFixture.tea(files, state);
    folder.make();
    var stamp = new SpoolStamp(1, 2, 3, 4, 5, false);
    assertThat(
            new SpoolIndex(
                    stamp,
                    new LogPosition(1, 32),
                    new UidValidity(12),
                    1L << 32,
                    new Chronicle(),
                    SpoolHead.NONE,
                    new MessageTable(0),
                    ids)
                .save(files, folder, "inbox"))
        .isTrue();
    var loaded = Objects.requireNonNull(SpoolIndex.load(files, folder, "inbox"));
    assertThat(loaded.ids()).isEqualTo(ids);
    assertThat(loaded.ids().of(3 * MANY)).isEqualTo("id-of-" + MANY);
    assertThat(ids.memoryOctets()).isLessThan(MANY * (8L + "id-of-".length() + 5) + 1);
  }

  @Test
  void recordsOfTheLogHoldSoManyAtMost() {
    var ids = new KeptIds.Builder();
    IntStream.rangeClosed(1, LogRecord.Identified.MAX_MESSAGES + 1)
        .forEach(uid -> ids.add(uid, Integer.toString(uid)));
    var all = ids.build();
    var replay = new LedgerReplay();
    replay.accept(new LogRecord.Base(new UidValidity(1), 1));
    var records = LogRecord.Identified.allOf(all);
    assertThat(records).hasSize(2);
    records.forEach(replay);
    var living = new MessageTable(2);
    living.uid(living.add(0), 5);
    living.uid(living.add(9), LogRecord.Identified.MAX_MESSAGES + 1);
    living.orderByUid();
    assertThat(replay.ids(living).count()).isEqualTo(2);
    assertThat(replay.ids(living).of(5)).isEqualTo("5");
    var gone = new BitSet();
    gone.set(5);
    assertThat(all.only(uid -> !gone.get(uid)).of(5)).isNull();
  }
}
