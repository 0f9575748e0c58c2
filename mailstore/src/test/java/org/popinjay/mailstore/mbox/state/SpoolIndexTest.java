package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.mbox.state.StateFixture.messages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.SpoolHead;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

class SpoolIndexTest {
  private static final SpoolStamp STAMP = new SpoolStamp(1, 2, 3, 4, 5, true);
  private static final SpoolHead HEAD =
      new SpoolHead(6, 7, new ImapBase(8, 9, List.of("$Junk", "größer")));

  private static final KeptIds IDS =
      new KeptIds.Builder().add(3, "an-id").add(-2, "another").build();

  @TempDir private Path state;

  private final FileCalls files = Posix.files();

  @BeforeEach
  void makeFolder() throws Exception {
    StateFixture.tea(files, state).make();
  }

  private static SpoolIndex index(MessageTable table, SpoolHead head) {
    return new SpoolIndex(
        STAMP,
        new LogPosition(-10, 11),
        new UidValidity(12),
        1L << 32,
        chronicle(),
        head,
        table,
        IDS);
  }

  private static Chronicle chronicle() {
    var chronicle = new Chronicle();
    chronicle.beginAt(10);
    chronicle.removals().add(3, 4, 12);
    chronicle.removals().add(-1, -1, 13);
    chronicle.toldBelow(17);
    chronicle.happened(20);
    return chronicle;
  }

  private boolean save(SpoolIndex index) throws Exception {
    return index.save(files, StateFixture.tea(files, state), "inbox");
  }

  private @Nullable SpoolIndex load() throws Exception {
    return SpoolIndex.load(files, StateFixture.tea(files, state), "inbox");
  }

  private Path file() {
    return state.resolve("tea/inbox.cache");
  }

  private static void assertSame(@Nullable SpoolIndex found, SpoolIndex saved) {
    var there = Objects.requireNonNull(found, "no index");
    assertThat(there)
        .usingRecursiveComparison()
        .ignoringFields("table", "chronicle")
        .isEqualTo(saved);
    assertThat(there.chronicle().highest()).isEqualTo(saved.chronicle().highest());
    assertThat(there.chronicle().toldBelow()).isEqualTo(saved.chronicle().toldBelow());
    assertThat(there.chronicle().removals().floor())
        .isEqualTo(saved.chronicle().removals().floor());
    assertThat(there.chronicle().removals().since(10))
        .isEqualTo(saved.chronicle().removals().since(10));
    var table = saved.table();
    assertThat(there.table().count()).isEqualTo(table.count());
    assertThat(there.table().modSeqBase()).isEqualTo(table.modSeqBase());
    assertThat(there.table().end()).isEqualTo(table.end());
    for (int i = 0; i < table.longColumns().length; i++) {
      assertThat(there.table().longColumns()[i])
          .isEqualTo(Arrays.copyOf(table.longColumns()[i], table.count()));
    }
    for (int i = 0; i < table.intColumns().length; i++) {
      assertThat(there.table().intColumns()[i])
          .isEqualTo(Arrays.copyOf(table.intColumns()[i], table.count()));
    }
  }

  /// Around the sizes at which a column needs one more block.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 131_071, 131_072, 131_073, 262_145, 300_000})
  void whatIsSavedIsLoaded(int count) throws Exception {
    var saved = index(messages(count), HEAD);
    assertThat(save(saved)).isTrue();
    assertSame(load(), saved);
    assertThat(Files.size(file()))
        .isBetween(64L * count, (long) MessageTable.OCTETS_PER_MESSAGE * count + 400);
  }

  @Test
  void spareRowsAreNotSaved() throws Exception {
    var table = messages(100);
    table.add(100_000);
    assertThat(save(index(table, SpoolHead.NONE))).isTrue();
    assertSame(load(), index(table, SpoolHead.NONE));
  }

  @Test
  void uidsOutOfFileOrderAreFoundAfterLoading() throws Exception {
    var table = messages(3);
    table.uid(0, 9);
    table.orderByUid();
    assertThat(save(index(table, HEAD))).isTrue();
    assertThat(Objects.requireNonNull(load()).table().rowOf(9)).isZero();
  }

  @Test
  void noFileIsNoIndex() throws Exception {
    assertThat(load()).isNull();
    Files.delete(state.resolve("tea"));
    assertThat(load()).isNull();
  }

  @Test
  void everyTruncationIsNoIndex() throws Exception {
    assertThat(save(index(messages(5), HEAD))).isTrue();
    var whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(load()).isNull();
    }
    Files.write(file(), Arrays.copyOf(whole, whole.length + 1));
    assertThat(load()).isNull();
  }

  @Test
  void aFlippedBitInAnyOctetIsNoIndex() throws Exception {
    assertThat(save(index(messages(3), HEAD))).isTrue();
    var whole = Files.readAllBytes(file());
    for (int i = 0; i < whole.length; i++) {
      var flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      Files.write(file(), flipped);
      assertThat(load()).as("octet %s", i).isNull();
    }
  }

  @Test
  void aSymbolicLinkIsNoIndex() throws Exception {
    assertThat(save(index(messages(5), HEAD))).isTrue();
    Files.move(file(), state.resolve("elsewhere"));
    Files.createSymbolicLink(file(), state.resolve("elsewhere"));
    assertThat(load()).isNull();
  }

  @Test
  void anIndexThatCannotBeSavedLeavesTheOldOne() throws Exception {
    var saved = index(messages(5), HEAD);
    assertThat(save(saved)).isTrue();
    var full = new FaultyFileCalls(files, new Fault.DiskFull(1));
    assertThat(index(messages(9), HEAD).save(full, StateFixture.tea(files, state), "inbox"))
        .isFalse();
    assertSame(load(), saved);
    try (var names = Files.list(state.resolve("tea"))) {
      assertThat(names).hasSize(1);
    }
  }

  @Test
  void moreKeywordsThanABlockHoldsAreNotSaved() throws Exception {
    var base = new ImapBase(1, 2, List.of("k".repeat(1 << 20)));
    assertThat(save(index(messages(1), new SpoolHead(0, 0, base)))).isFalse();
  }

  @Test
  void whateverCallFailsTheIndexIsOldOrNewOrAbsent() throws Exception {
    var older = index(messages(5), HEAD);
    var newer = index(messages(2000), HEAD);
    var script =
        new FaultScript<Path>() {
          @Override
          public Path prepare(Path directory) throws Exception {
            var folder = StateFixture.tea(files, directory);
            folder.make();
            older.save(files, folder, "inbox");
            return directory;
          }

          @Override
          public void run(Path directory, FileCalls faulty) throws Exception {
            newer.save(faulty, StateFixture.tea(faulty, directory), "inbox");
          }

          @Override
          public void check(Path directory, FileCalls real, Outcome outcome) throws Exception {
            var left = SpoolIndex.load(real, StateFixture.tea(real, directory), "inbox");
            if (left != null) {
              assertSame(left, left.table().count() == 5 ? older : newer);
            }
          }
        };
    var scenario = new FaultScenario<>(state, files, script);
    scenario.killAfterEveryCall();
    scenario.killInsideEveryWrite();
    scenario.losePowerAfterEveryCall(3);
    scenario.failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario.cutEveryWrite();
  }
}
