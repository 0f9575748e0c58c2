package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// What a rewrite makes of a spool, by which calls, and what it says when it cannot.
class MboxRewriterTest {
  private static final FileCalls REAL = Posix.files();
  private static final int RESERVE = 32 << 10;
  private static final long LARGE = 1 << 20;

  private final List<byte[]> messages =
      List.of(
          RewriteWorld.message(0, 9_000),
          RewriteWorld.message(1, 400),
          RewriteWorld.message(2, 50_000),
          RewriteWorld.message(3, 7_000));
  private final PlanEditor editor = new PlanEditor(messages);

  @TempDir(factory = RamDirectory.class)
  Path directory;

  @ParameterizedTest
  @ValueSource(longs = {4096, 8192, 20_000, 1 << 20})
  void removesMessagesInStepsOfAnySize(long journalMax) throws Exception {
    var world = world(editor.remove(0).keep(1).remove(2).keep(3));
    assertThat(world.rewrite(REAL, journalMax, RESERVE))
        .isEqualTo(StoreResult.done((long) editor.after().length));
    world.holdsNew();
    assertThat(world.journals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {4096, 8192, 1 << 20})
  void growsFromTheBackInStepsOfAnySize(long journalMax) throws Exception {
    var world = world(editor.grow(0, 3_000).keep(1).grow(2, 1).grow(3, 10_000));
    assertThat(world.rewrite(REAL, journalMax, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
    assertThat(world.journals()).isEmpty();
  }

  @Test
  void cuttingTheEndOffTakesOneCall() throws Exception {
    var world = world(editor.keep(0).keep(1).remove(2).remove(3));
    var files = new FaultyFileCalls(REAL, new Fault.None());
    assertThat(world.rewrite(files, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
    assertThat(changes(files)).containsExactly(CallKind.TRUNCATE, CallKind.SYNC);
  }

  @Test
  void fewOctetsInsideABlockAreOneWrite() throws Exception {
    var world = world(editor.keep(0).overwrite(1).keep(2).keep(3));
    var files = new FaultyFileCalls(REAL, new Fault.None());
    assertThat(world.rewrite(files, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
    assertThat(changes(files)).containsExactly(CallKind.WRITE, CallKind.SYNC_DATA);
  }

  @Test
  void fewOctetsAcrossTwoBlocksAreJournaled() throws Exception {
    byte[] before = RewriteWorld.join(messages);
    byte[] after = before.clone();
    after[4095] = '!';
    after[4096] = '!';
    var plan =
        RewritePlan.from(4095, before.length)
            .literal(new byte[] {'!', '!'})
            .copy(4097, before.length - 4097)
            .build();
    var world = RewriteWorld.in(directory, before, plan, after, RESERVE);
    var files = new FaultyFileCalls(REAL, new Fault.None());
    assertThat(world.rewrite(files, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
    assertThat(changes(files)).contains(CallKind.RENAME);
  }

  @Test
  void whatStaysBehindTheLastChangeIsNotMoved() throws Exception {
    var octets = new ArrayList<Long>();
    var events =
        new StoreEvents() {
          @Override
          public void rewritten(long count) {
            octets.add(count);
          }
        };
    var world = world(editor.overwrite(0).keep(1).keep(2).keep(3));
    assertThat(world.rewrite(REAL, LARGE, RESERVE, () -> true, events))
        .isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
    assertThat(octets).containsExactly((long) messages.get(0).length / 3);
  }

  @Test
  void aPlanThatChangesNothingTouchesNothing() throws Exception {
    byte[] before = RewriteWorld.join(messages);
    var plan = RewritePlan.from(100, before.length).copy(100, before.length - 100).build();
    var world = RewriteWorld.in(directory, before, plan, before, RESERVE);
    var files = new FaultyFileCalls(REAL, new Fault.None());
    assertThat(world.rewrite(files, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsOld();
    assertThat(changes(files)).isEmpty();
  }

  @Test
  void movesBothWaysWithinOneStepAndRefusesToInSeveral() throws Exception {
    var world = world(editor.remove(0).grow(1, 20_000).keep(2).remove(3));
    assertThatThrownBy(() -> world.rewrite(REAL, 4096, RESERVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both ways");
    world.holdsOld();
    assertThat(world.journals()).isEmpty();
    assertThat(world.rewrite(REAL, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
  }

  @Test
  void aPlanForAFileOfAnotherSizeIsRefused() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    byte[] mail = RewriteWorld.message(9, 100);
    world.deliver(mail);
    assertThatThrownBy(() -> world.rewrite(REAL, LARGE, RESERVE))
        .isInstanceOf(IllegalArgumentException.class);
    world.holdsOld(mail);
  }

  @Test
  void removalWorksOnAFullDiskAgainAndAgain() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    for (int i = 0; i < 3; i++) {
      Files.write(world.spool(), editor.before());
      var files = new FaultyFileCalls(REAL, new Fault.DiskFull(1));
      assertThat(world.rewrite(files, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
      world.holdsNew();
      assertThat(world.journals()).isEmpty();
    }
  }

  @Test
  void aFullDiskWithoutAReserveLeavesTheSpoolAsItWas() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    Files.delete(world.state().resolve(".reserve"));
    var files = new FaultyFileCalls(REAL, new Fault.DiskFull(1));
    assertThat(failure(world.rewrite(files, LARGE, RESERVE)))
        .isInstanceOf(StoreFailure.NoSpace.class);
    world.holdsOld();
    assertThat(world.journals()).isEmpty();
  }

  @Test
  void growingOnAFullDiskLeavesTheSpoolAsItWas() throws Exception {
    var world = world(editor.grow(0, 3_000).keep(1).keep(2).keep(3));
    var files = new FaultyFileCalls(REAL, new Fault.FailNth(CallKind.ALLOCATE, 2, Errno.EDQUOT));
    assertThat(failure(world.rewrite(files, LARGE, RESERVE)))
        .isInstanceOf(StoreFailure.OverQuota.class);
    world.holdsOld();
    assertThat(world.journals()).isEmpty();
  }

  @Test
  void aPlanTooLargeForTheReserveLeavesTheSpoolAsItWas() throws Exception {
    var plan = RewritePlan.from(0, 100_000);
    for (int i = 0; i < 5_000; i++) {
      plan.copy(i * 20 + 10, 10);
    }
    var world =
        RewriteWorld.in(directory, new byte[100_000], plan.build(), new byte[50_000], RESERVE);
    var files = new FaultyFileCalls(REAL, new Fault.DiskFull(1));
    assertThat(failure(world.rewrite(files, LARGE, RESERVE)))
        .isInstanceOf(StoreFailure.NoSpace.class);
    world.holdsOld();
    assertThat(world.rewrite(REAL, LARGE, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew();
  }

  @Test
  void aLockLostBeforeTheFirstStepUndoesAll() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    assertThat(failure(world.rewrite(REAL, LARGE, RESERVE, () -> false, StoreEvents.NONE)))
        .isInstanceOf(StoreFailure.Unavailable.class);
    world.holdsOld();
    assertThat(world.journals()).isEmpty();
  }

  @Test
  void aLockLostOnTheWayStopsAndRecoveryGoesOn() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    var asked = new AtomicInteger();
    assertThat(
            world.rewrite(REAL, 8192, RESERVE, () -> asked.incrementAndGet() < 4, StoreEvents.NONE))
        .isInstanceOf(StoreResult.Failed.class);
    byte[] mail = RewriteWorld.message(9, 30_000);
    world.deliver(mail);
    assertThat(failure(world.rewrite(REAL, LARGE, RESERVE)))
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(world.recover(REAL, RESERVE)).isInstanceOf(StoreResult.Done.class);
    world.holdsNew(mail);
  }

  @Test
  void mailAppendedWithoutALockMeanwhileIsKept() throws Exception {
    var world = world(editor.remove(0).keep(1).keep(2).keep(3));
    byte[] mail = RewriteWorld.message(9, 30_000);
    var asked = new AtomicInteger();
    SpoolGuard appending =
        () -> {
          if (asked.incrementAndGet() == 3) {
            world.deliver(mail);
          }
          return true;
        };
    assertThat(world.rewrite(REAL, 8192, RESERVE, appending, StoreEvents.NONE))
        .isInstanceOf(StoreResult.Done.class);
    world.holdsNew(mail);
    assertThat(world.journals()).isEmpty();
  }

  private RewriteWorld world(PlanEditor edited) throws Exception {
    return RewriteWorld.in(
        directory, RewriteWorld.join(messages), edited.plan(), edited.after(), RESERVE);
  }

  private static StoreFailure failure(StoreResult<Long> result) {
    return switch (result) {
      case StoreResult.Failed<Long>(StoreFailure failure) -> failure;
      case StoreResult.Done<Long> done -> throw new AssertionError("did not fail: " + done);
    };
  }

  /// The calls that change something.
  private static List<CallKind> changes(FaultyFileCalls files) {
    return files.kinds().stream()
        .filter(kind ->
            switch (kind) {
              case WRITE, TRUNCATE, SYNC, SYNC_DATA, ALLOCATE, UNLINK, RENAME -> true;
              default -> false;
            })
        .toList();
  }
}
