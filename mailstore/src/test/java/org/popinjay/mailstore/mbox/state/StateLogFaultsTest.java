package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.mbox.state.StateFixture.base;
import static org.popinjay.mailstore.mbox.state.StateFixture.contentOf;
import static org.popinjay.mailstore.mbox.state.StateFixture.flagged;
import static org.popinjay.mailstore.mbox.state.StateFixture.messages;
import static org.popinjay.mailstore.mbox.state.StateFixture.open;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.WorldStopped;
import org.popinjay.mailstore.mbox.state.StateLog.Found;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.slf4j.LoggerFactory;

/// What was acknowledged is there, whatever call the world broke at.
class StateLogFaultsTest {
  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(StateLog.class.getPackageName());

  @TempDir private Path temp;

  @BeforeAll
  static void expectErrors() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void expectNone() {
    LOG.setLevel(null);
  }

  /// A day of a mailbox. Whatever is written is noted once a sync said that it is durable.
  private static final class Day implements FaultScript<Day.Notes> {

    /// @param promised records that must come back, in this order
    /// @param tried records that may follow, all or some
    record Notes(Path state, List<LogRecord> promised, List<LogRecord> tried) {}

    @Override
    public Notes prepare(Path directory) {
      return new Notes(directory, new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public void run(Notes notes, FileCalls files) throws Exception {
      try (var log = open(files, notes.state()).log()) {
        write(notes, log, base());
        write(notes, log, LogRecord.Assigned.of(messages(400), 0, 400));
        for (int uid = 1; uid <= 2; uid++) {
          write(notes, log, flagged(uid));
          write(notes, log, LogRecord.Expunged.of(uid, uid + 1, uid + 100));
        }
        var all = List.copyOf(notes.promised());
        log.compact(all.iterator());
        recoverIfNeedBe(log);
        write(notes, log, flagged(4));
        write(notes, log, LogRecord.Assigned.of(messages(300), 200, 300));
        write(notes, log, flagged(5));
      }
    }

    private static void write(Notes notes, StateLog log, LogRecord record) {
      notes.tried().add(record);
      if (log.append(List.of(record)) instanceof StateWrite.Written
          && log.sync() instanceof StateWrite.Written) {
        notes.promised().add(record);
        notes.tried().clear();
      }
      recoverIfNeedBe(log);
    }

    private static void recoverIfNeedBe(StateLog log) {
      if (log.failed()) {
        log.recover();
      }
    }

    @Override
    public void check(Notes notes, FileCalls files, Outcome outcome) throws Exception {
      var left = read(notes, files, Found.DAMAGED);
      int promised = notes.promised().size();
      assertThat(left.subList(0, Math.min(promised, left.size()))).isEqualTo(notes.promised());
      var more = left.subList(promised, left.size());
      assertThat(notes.tried()).containsAll(more);
      try (var log = open(files, notes.state()).log()) {
        assertThat(log.append(List.of(flagged(99)))).isEqualTo(StateWrite.WRITTEN);
        assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
      }
      assertThat(read(notes, files, Found.TORN)).hasSize(left.size() + 1).endsWith(flagged(99));
    }

    private static List<LogRecord> read(Notes notes, FileCalls files, Found neither)
        throws PosixException {
      var opened = open(files, notes.state());
      try (var log = opened.log()) {
        assertThat(opened.found()).isNotIn(Found.DAMAGED, neither);
        return contentOf(log);
      }
    }
  }

  private FaultScenario<Day.Notes> day() {
    return new FaultScenario<>(temp, Posix.files(), new Day());
  }

  @Test
  void aKillAtAnyCallLosesNothingPromised() throws Exception {
    day().killAfterEveryCall();
    day().killInsideEveryWrite();
  }

  @Test
  void aLossOfPowerAtAnyCallLosesNothingPromised() throws Exception {
    day().losePowerAfterEveryCall(3);
  }

  @Test
  void anErrorAtAnyCallLosesNothingPromised() throws Exception {
    day().failEveryCall(Errno.EIO, Errno.ENOSPC);
    day().cutEveryWrite();
  }

  @Test
  void aFailedSyncThatLostItsOctetsIsNotBelievedLater() throws Exception {
    day().failEveryCallAndLosePower(Errno.EIO);
  }

  @Test
  void aDiskThatFillsUpLosesNothingPromised() throws Exception {
    day().fillDiskAtEveryCall();
  }

  @Test
  void smallRecordsStillFitOnAFullDisk() throws Exception {
    int calls;
    var real = Posix.files();
    var counting = new FaultyFileCalls(real, new Fault.None());
    try (var log = open(counting, Files.createDirectory(temp.resolve("a"))).log()) {
      assertThat(log.append(List.of(base()))).isEqualTo(StateWrite.WRITTEN);
      calls = counting.calls();
    }
    var full = new FaultyFileCalls(real, new Fault.DiskFull(calls + 1));
    try (var log = open(full, Files.createDirectory(temp.resolve("b"))).log()) {
      assertThat(log.append(List.of(base()))).isEqualTo(StateWrite.WRITTEN);
      for (int uid = 1; uid <= 100; uid++) {
        assertThat(log.append(List.of(flagged(uid)))).isEqualTo(StateWrite.WRITTEN);
      }
      var large = LogRecord.Assigned.of(messages(400), 0, 400);
      assertThat(log.append(List.of(large))).isInstanceOf(StateWrite.Full.class);
      assertThat(log.failed()).isFalse();
      assertThat(log.append(List.of(flagged(101)))).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
      assertThat(contentOf(log)).hasSize(102);
    }
  }

  @Test
  void aFullDiskIsNoReasonToGiveALogUp() throws Exception {
    var full = new FaultyFileCalls(Posix.files(), new Fault.DiskFull(1));
    try (var log = open(full, temp).log()) {
      assertThat(log.append(List.of(base()))).isInstanceOf(StateWrite.Full.class);
      assertThat(log.failed()).isFalse();
      assertThat(contentOf(log)).isEmpty();
    }
  }

  @Test
  void afterAFailedSyncNothingWorksBeforeARecovery() throws Exception {
    var faulty =
        new FaultyFileCalls(Posix.files(), new Fault.FailNth(CallKind.SYNC_DATA, 2, Errno.EIO));
    try (var log = open(faulty, temp).log()) {
      log.append(List.of(base()));
      log.append(List.of(flagged(1)));
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
      log.append(List.of(flagged(2)));
      assertThat(log.sync()).isInstanceOf(StateWrite.Broken.class);
      assertThat(log.sync()).isInstanceOf(StateWrite.Broken.class);
      assertThat(log.append(List.of(flagged(3)))).isInstanceOf(StateWrite.Broken.class);
      assertThat(log.compact(List.of(base()).iterator())).isInstanceOf(StateWrite.Broken.class);
      assertThat(log.settled()).isEmpty();
      assertThat(log.recover()).isEqualTo(StateWrite.WRITTEN);
      assertThat(contentOf(log)).containsExactly(base(), flagged(1));
      assertThat(log.append(List.of(flagged(3)))).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
    }
    try (var log = open(Posix.files(), temp).log()) {
      assertThat(contentOf(log)).containsExactly(base(), flagged(1), flagged(3));
    }
  }

  @Test
  void aFailedLogThatIsClosedLeavesWhatWasSafe() throws Exception {
    var faulty =
        new FaultyFileCalls(Posix.files(), new Fault.FailNth(CallKind.SYNC_DATA, 1, Errno.EIO));
    try (var log = open(faulty, temp).log()) {
      log.append(List.of(base()));
      log.append(List.of(flagged(1)));
      assertThat(log.sync()).isInstanceOf(StateWrite.Broken.class);
    }
    try (var log = open(faulty, temp).log()) {
      assertThat(contentOf(log)).containsExactly(base());
    }
  }

  /// What a dead process renamed and did not sync would be undone with all that was written to it.
  @Test
  void theNextProcessMakesDurableWhatADeadOneLeft() throws Exception {
    for (int call = 1; ; call++) {
      var state = Files.createDirectory(temp.resolve("call" + call));
      var first = new FaultyFileCalls(Posix.files(), new Fault.StopAfter(call));
      boolean finished = false;
      try (var log = open(first, state).log()) {
        log.append(List.of(base(), flagged(1)));
        log.compact(List.of(base()).iterator());
        finished = true;
      } catch (WorldStopped _) {
        assertThat(first.stopped()).isTrue();
      }
      first.kill();
      var second = first.next(new Fault.None());
      List<LogRecord> promised;
      try (var log = open(second, state).log()) {
        assertThat(log.append(List.of(flagged(2)))).isEqualTo(StateWrite.WRITTEN);
        assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
        promised = contentOf(log);
      }
      second.losePower(state, new SplittableRandom(call));
      try (var log = open(Posix.files(), state).log()) {
        assertThat(contentOf(log)).as("after call %s", call).isEqualTo(promised);
      }
      if (finished) {
        return;
      }
    }
  }
}
