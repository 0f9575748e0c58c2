package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.mbox.state.StateFixture.contentOf;
import static org.popinjay.mailstore.mbox.state.StateFixture.flagged;
import static org.popinjay.mailstore.mbox.state.StateFixture.messages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.WorldStopped;
import org.popinjay.mailstore.mbox.state.StateLog.Found;
import org.popinjay.posix.Errno;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// Lives of a log with several processes in each, every one with a fault of its own, killed or cut
/// off from power at the end: what was promised is there in the next.
class StateLogHistoryTest {
  private static final int LIVES = 60;
  private static final int PROCESSES = 6;
  private static final int STEPS = 12;

  @TempDir private Path temp;

  @Test
  void whatWasPromisedIsThereAfterAnyNumberOfCrashes() throws Exception {
    for (int seed = 0; seed < LIVES; seed++) {
      var life = new Life(Files.createDirectory(temp.resolve("life" + seed)), seed);
      try {
        life.live();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + String.join(", ", life.story), e);
      }
    }
  }

  private static final class Life {
    final List<String> story = new ArrayList<>();
    private final Path state;
    private final SplittableRandom random;

    /// What has to be in the log, and behind it what may be: all of it or the first so many.
    private List<LogRecord> promised = new ArrayList<>();

    private List<LogRecord> tried = new ArrayList<>();
    private FaultyFileCalls files = new FaultyFileCalls(Posix.files(), new Fault.None());
    private int serial;

    Life(Path state, int seed) {
      this.state = state;
      random = new SplittableRandom(seed);
    }

    void live() throws Exception {
      for (int i = 0; i < PROCESSES; i++) {
        var fault = fault();
        story.add("process with " + fault);
        files = files.next(fault);
        try {
          process();
        } catch (WorldStopped _) {
          story.add("stopped");
        } catch (PosixException e) {
          story.add(e.getMessage());
        }
        if (random.nextBoolean()) {
          story.add("power lost");
          files.losePower(state, random);
        } else {
          story.add("killed");
          files.kill();
        }
      }
      files = files.next(new Fault.None());
      process();
      files.kill();
    }

    private Fault fault() {
      int call = random.nextInt(1, 60);
      return switch (random.nextInt(6)) {
        case 0 -> new Fault.None();
        case 1 -> new Fault.StopAfter(call);
        case 2 -> new Fault.StopInside(call);
        case 3 -> new Fault.CutWrite(call);
        case 4 -> new Fault.DiskFull(call);
        default -> new Fault.Fail(call, random.nextBoolean() ? Errno.EIO : Errno.ENOSPC);
      };
    }

    private void process() throws PosixException {
      var opened = StateFixture.open(files, state);
      assertThat(opened.found()).isNotEqualTo(Found.DAMAGED);
      try (var log = opened.log()) {
        take(contentOf(log));
        for (int i = 0; i < STEPS; i++) {
          step(log);
          if (log.failed()) {
            recover(log);
          }
        }
      }
    }

    /// Compares what is there with what has to be; the rest was tried and has come through so far.
    private void take(List<LogRecord> content) {
      assertThat(content).hasSizeGreaterThanOrEqualTo(promised.size());
      assertThat(content.subList(0, promised.size())).isEqualTo(promised);
      var rest = content.subList(promised.size(), content.size());
      assertThat(tried).hasSizeGreaterThanOrEqualTo(rest.size());
      assertThat(tried.subList(0, rest.size())).isEqualTo(rest);
      tried = new ArrayList<>(rest);
    }

    private void step(StateLog log) throws PosixException {
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> append(log);
        case 4, 5 -> {
          story.add("sync");
          promise(log.sync());
        }
        case 6 -> {
          story.add("compact");
          promise(log.compact(all().iterator()));
        }
        default -> {
          if (!log.failed()) {
            assertThat(contentOf(log)).isEqualTo(all());
          }
        }
      }
    }

    private void append(StateLog log) {
      var records = new ArrayList<LogRecord>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        boolean large = random.nextInt(6) == 0;
        int count = random.nextInt(1, 400);
        serial++;
        records.add(large ? LogRecord.Assigned.of(messages(count), 0, count) : flagged(serial));
      }
      int before = tried.size();
      tried.addAll(records);
      var outcome = log.append(records);
      story.add("append " + records.size() + " " + outcome);
      if (outcome instanceof StateWrite.Full) {
        tried.subList(before, tried.size()).clear();
      }
    }

    private void promise(StateWrite outcome) {
      if (outcome instanceof StateWrite.Written) {
        promised = all();
        tried = new ArrayList<>();
      }
    }

    private List<LogRecord> all() {
      var all = new ArrayList<>(promised);
      all.addAll(tried);
      return all;
    }

    private void recover(StateLog log) throws PosixException {
      var outcome = log.recover();
      story.add("recover " + outcome);
      if (outcome instanceof StateWrite.Written) {
        take(contentOf(log));
        promise(outcome);
      }
    }
  }
}
