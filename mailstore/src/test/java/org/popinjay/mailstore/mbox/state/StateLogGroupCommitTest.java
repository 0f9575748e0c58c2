package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.mbox.state.StateFixture.base;
import static org.popinjay.mailstore.mbox.state.StateFixture.contentOf;
import static org.popinjay.mailstore.mbox.state.StateFixture.flagged;
import static org.popinjay.mailstore.mbox.state.StateFixture.open;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.posix.Errno;
import org.popinjay.posix.Posix;

/// Many sessions that promise something at the same time.
class StateLogGroupCommitTest {
  private static final int SESSIONS = 200;
  private static final int PROMISES = 5;

  @TempDir private Path temp;

  /// Lets many sessions append and sync, and returns what was promised.
  private static List<LogRecord> promises(StateLog log) throws Exception {
    return promises(log, () -> {});
  }

  /// @param appended hears of each append before it is made durable
  private static List<LogRecord> promises(StateLog log, Runnable appended) throws Exception {
    var promised = new ConcurrentLinkedQueue<LogRecord>();
    var sessions = new ArrayList<Thread>();
    for (int session = 0; session < SESSIONS; session++) {
      int first = 1 + session * PROMISES;
      sessions.add(
          Thread.startVirtualThread(() -> {
            for (int uid = first; uid < first + PROMISES; uid++) {
              if (log.append(List.of(flagged(uid))) instanceof StateWrite.Written) {
                appended.run();
                if (log.sync() instanceof StateWrite.Written) {
                  promised.add(flagged(uid));
                }
              }
            }
          }));
    }
    for (var session : sessions) {
      session.join();
    }
    return List.copyOf(promised);
  }

  @Test
  void everyPromiseSurvivesALossOfPower() throws Exception {
    var faulty = new FaultyFileCalls(Posix.files(), new Fault.None());
    var log = open(faulty, temp).log();
    assertThat(log.append(List.of(base()))).isEqualTo(StateWrite.WRITTEN);
    var promised = promises(log);
    faulty.losePower(temp, new SplittableRandom(1));
    assertThat(promised).hasSize(SESSIONS * PROMISES);
    try (var left = open(Posix.files(), temp).log()) {
      assertThat(contentOf(left)).containsAll(promised);
    }
  }

  @Test
  void thoseWhoWaitShareOneCallOfTheDisk() throws Exception {
    var faulty = new FaultyFileCalls(Posix.files(), new Fault.None());
    var slow = new AtomicReference<>(new CountDownLatch(0));
    var disk =
        TamperedCalls.preceded(faulty, "syncData", () -> slow.get().await(1, TimeUnit.MINUTES));
    var log = open(disk, temp).log();
    assertThat(log.append(List.of(base()))).isEqualTo(StateWrite.WRITTEN);
    for (int uid = 1; uid <= 10; uid++) {
      assertThat(log.append(List.of(flagged(uid)))).isEqualTo(StateWrite.WRITTEN);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
    }
    assertThat(faulty.kinds()).filteredOn(CallKind.SYNC_DATA::equals).hasSize(1);
    // The disk is busy with the first of them until all have come.
    slow.set(new CountDownLatch(SESSIONS));
    promises(log, () -> slow.get().countDown());
    assertThat(faulty.kinds())
        .filteredOn(CallKind.SYNC_DATA::equals)
        .hasSizeLessThan(SESSIONS * PROMISES);
    log.close();
  }

  @Test
  void aFailedSyncFailsForAllWhoWaited() throws Exception {
    var faulty =
        new FaultyFileCalls(Posix.files(), new Fault.FailNth(CallKind.SYNC_DATA, 3, Errno.EIO));
    var log = open(faulty, temp).log();
    assertThat(log.append(List.of(base()))).isEqualTo(StateWrite.WRITTEN);
    var promised = promises(log);
    assertThat(log.failed()).isTrue();
    faulty.losePower(temp, new SplittableRandom(2));
    try (var left = open(Posix.files(), temp).log()) {
      assertThat(contentOf(left)).containsAll(promised);
    }
  }
}
