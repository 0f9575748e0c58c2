package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.StoreEvents.RecoveryOutcome;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.faults.WorldStopped;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.slf4j.LoggerFactory;

/// Stops, breaks and starves a rewrite at each of its system calls, has mail delivered before
/// recovery, stops recovery at each of its calls too, and looks for every message.
class RewriteCrashTest {
  private static final int RESERVE = 24 << 10;
  private static final FileCalls REAL = Posix.files();

  /// How many of the crashes of a rewrite have their recovery disturbed in turn, and how often:
  /// evenly spread, since all with all would take minutes.
  private static final int CRASHES_RECOVERED = Integer.getInteger("popinjay.crashes", 10);

  private static final int RECOVERIES_DISTURBED = Integer.getInteger("popinjay.crashes", 10);

  @TempDir(factory = RamDirectory.class)
  Path directory;

  /// Some thousand times is too often to be told.
  @BeforeAll
  static void silence() {
    log().setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    log().setLevel(null);
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger("org.popinjay.mailstore.mbox");
  }

  /// Kinds of rewrites, in journals of many windows or of one.
  enum Rewrite {
    REMOVES_IN_ONE_STEP(1 << 20, false),
    REMOVES_IN_MANY_STEPS(4096, false),
    REMOVES_THROUGH_THE_RESERVE(1 << 20, true),
    GROWS_IN_ONE_STEP(1 << 20, false),
    GROWS_IN_MANY_STEPS(4096, false),
    MOVES_BOTH_WAYS(1 << 20, false),
    KEEPS_THE_SIZE(8192, false),
    CUTS_THE_END(1 << 20, false),
    EMPTIES(1 << 20, false);

    private final long journalMax;
    private final boolean diskFull;

    Rewrite(long journalMax, boolean diskFull) {
      this.journalMax = journalMax;
      this.diskFull = diskFull;
    }

    RewriteWorld layOut(Path directory) throws Exception {
      var messages = new ArrayList<byte[]>();
      int[] octets = {3_000, 900, 7_000, 5_000, 150, 9_000, 2_500};
      for (int i = 0; i < octets.length; i++) {
        messages.add(RewriteWorld.message(i, octets[i]));
      }
      byte[] before = RewriteWorld.join(messages);
      var editor = new PlanEditor(messages);
      switch (this) {
        case REMOVES_IN_ONE_STEP, REMOVES_IN_MANY_STEPS, REMOVES_THROUGH_THE_RESERVE ->
            editor.keep(0).remove(1).keep(2).remove(3).keep(4).keep(5).keep(6);
        case GROWS_IN_ONE_STEP, GROWS_IN_MANY_STEPS ->
            editor.keep(0).grow(1, 700).keep(2).grow(3, 6_000).keep(4).grow(5, 80).keep(6);
        case MOVES_BOTH_WAYS ->
            editor.keep(0).remove(1).keep(2).grow(3, 4_000).keep(4).remove(5).keep(6);
        case KEEPS_THE_SIZE ->
            editor.keep(0).overwrite(1).keep(2).keep(3).overwrite(4).keep(5).keep(6);
        case CUTS_THE_END -> editor.keep(0).keep(1).keep(2).keep(3).remove(4).remove(5).remove(6);
        case EMPTIES ->
            editor.remove(0).remove(1).remove(2).remove(3).remove(4).remove(5).remove(6);
      }
      return RewriteWorld.in(directory, before, editor.plan(), editor.after(), RESERVE);
    }

    FileCalls calls(FileCalls files) {
      return diskFull
          ? TamperedCalls.failing(
              files, "open", path -> path.endsWith(JournalFolder.UNPUBLISHED), Errno.ENOSPC)
          : files;
    }
  }

  /// Mail that comes between a crash and recovery.
  private static final List<byte[]> DELIVERIES =
      List.of(new byte[0], RewriteWorld.message(100, 300), RewriteWorld.message(101, 11_000));

  private static final byte[] LATE = RewriteWorld.message(102, 500);

  @ParameterizedTest
  @EnumSource
  void noCrashOfTheProcessLosesOrDoublesMail(Rewrite rewrite) throws Exception {
    for (byte[] mail : DELIVERIES) {
      var scenario = scenario(rewrite, mail);
      scenario.killAfterEveryCall();
      scenario.killInsideEveryWrite();
    }
  }

  @ParameterizedTest
  @EnumSource
  void noLossOfPowerLosesOrDoublesMail(Rewrite rewrite) throws Exception {
    for (byte[] mail : DELIVERIES) {
      scenario(rewrite, mail).losePowerAfterEveryCall(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noFailingCallLosesOrDoublesMail(Rewrite rewrite) throws Exception {
    var scenario = scenario(rewrite, DELIVERIES.get(1));
    scenario.failEveryCall(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT, Errno.EOPNOTSUPP);
    scenario.failEveryCallAndLosePower(Errno.EIO);
    scenario.cutEveryWrite();
    scenario.fillDiskAtEveryCall();
  }

  @ParameterizedTest
  @EnumSource
  void noCrashOfRecoveryLosesOrDoublesMail(Rewrite rewrite) throws Exception {
    int calls = scenario(rewrite, new byte[0]).undisturbed().size();
    int stride = calls / CRASHES_RECOVERED + 1;
    for (int call = calls % stride; call <= calls; call += stride) {
      byte[] mail = DELIVERIES.get(call % DELIVERIES.size());
      Path place = Files.createDirectory(directory.resolve("crash" + call));
      var scenario = new FaultScenario<>(place, REAL, new Recovering(rewrite, mail, call));
      scenario.atMost(RECOVERIES_DISTURBED).killAfterEveryCall();
      scenario.losePowerAfterEveryCall(1);
      scenario.failEveryCall(Errno.EIO);
    }
  }

  private FaultScenario<Attempt> scenario(Rewrite rewrite, byte[] mail) throws Exception {
    Path place = Files.createTempDirectory(directory, "run");
    return new FaultScenario<>(place, REAL, new Rewriting(rewrite, mail));
  }

  /// A spool, and what the one who asked for the rewrite was told.
  private static final class Attempt {
    final RewriteWorld world;
    Optional<StoreResult<Long>> answer = Optional.empty();

    Attempt(RewriteWorld world) {
      this.world = world;
    }

    /// Delivers, recovers and looks for all mail.
    ///
    /// @param late delivered now
    /// @param early delivered before
    void settle(byte[] late, byte[] early) throws Exception {
      world.deliver(late);
      byte[] mail = RewriteWorld.join(List.of(early, late));
      var outcome = world.recover(REAL, RESERVE);
      assertThat(outcome).isInstanceOf(StoreResult.Done.class);
      assertThat(outcome).isNotEqualTo(StoreResult.done(Optional.of(RecoveryOutcome.SET_ASIDE)));
      world.holdsOldOrNew(mail);
      switch (answer.orElse(StoreResult.failed(new StoreFailure.Broken("never answered")))) {
        case StoreResult.Done<Long> _ -> world.holdsNew(mail);
        case StoreResult.Failed<Long>(StoreFailure.NoSpace _) -> world.holdsOld(mail);
        case StoreResult.Failed<Long>(StoreFailure.OverQuota _) -> world.holdsOld(mail);
        case StoreResult.Failed<Long> _ -> {}
      }
      assertThat(world.journals()).isEmpty();
      assertThat(world.recover(REAL, RESERVE)).isEqualTo(StoreResult.done(Optional.empty()));
    }
  }

  /// A rewrite is disturbed.
  private record Rewriting(Rewrite rewrite, List<byte[]> mail) implements FaultScript<Attempt> {
    Rewriting(Rewrite rewrite, byte[] mail) {
      this(rewrite, List.of(mail));
    }

    @Override
    public Attempt prepare(Path directory) throws Exception {
      return new Attempt(rewrite.layOut(directory));
    }

    @Override
    public void run(Attempt attempt, FileCalls files) throws Exception {
      attempt.answer =
          Optional.of(attempt.world.rewrite(rewrite.calls(files), rewrite.journalMax, RESERVE));
    }

    @Override
    public void check(Attempt attempt, FileCalls files, Outcome outcome) throws Exception {
      attempt.settle(mail.getFirst(), new byte[0]);
    }
  }

  /// The recovery of a rewrite that was killed after a call is disturbed.
  private record Recovering(Rewrite rewrite, List<byte[]> mail, int call)
      implements FaultScript<Attempt> {
    Recovering(Rewrite rewrite, byte[] mail, int call) {
      this(rewrite, List.of(mail), call);
    }

    @Override
    public Attempt prepare(Path directory) throws Exception {
      var attempt = new Attempt(rewrite.layOut(directory));
      var files = new FaultyFileCalls(REAL, new Fault.StopAfter(call));
      try {
        attempt.answer =
            Optional.of(attempt.world.rewrite(rewrite.calls(files), rewrite.journalMax, RESERVE));
      } catch (WorldStopped _) {
        // As planned.
      }
      files.kill();
      attempt.world.deliver(mail.getFirst());
      return attempt;
    }

    @Override
    public void run(Attempt attempt, FileCalls files) throws Exception {
      var _ = attempt.world.recover(files, RESERVE);
    }

    @Override
    public void check(Attempt attempt, FileCalls files, Outcome outcome) throws Exception {
      attempt.settle(LATE, mail.getFirst());
    }
  }
}
