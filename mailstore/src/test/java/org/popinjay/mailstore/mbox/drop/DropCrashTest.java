package org.popinjay.mailstore.mbox.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks the recovery of `.USER.pop` at each of its system calls: in the end each
/// message is there exactly once, in the order of the old server.
class DropCrashTest {
  private static final String TEA = "tea";

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  /// @param mailArrives whether a delivery agent comes between crash and recovery
  private record Recovery(boolean mailArrives) implements FaultScript<Path> {

    @Override
    public Path prepare(Path directory) throws Exception {
      try (var rig = MboxRig.lean(directory, Posix.files())) {
        rig.deliver(TEA, 2, 5, 6);
      }
      var left = DropRecoveryTest.mbox(1, 2, 3, 4);
      DropRecoveryTest.leave(directory, left.substring(0, left.length() - 2));
      var noRoom = TamperedCalls.failing(Posix.files(), "syncData", _ -> true, Errno.ENOSPC);
      try (var rig = MboxRig.lean(directory, noRoom);
          var drop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
        // What clients were told while the disk was full.
        Files.writeString(directory.resolve("ids"), DropRecoveryTest.ids(drop).toString());
      }
      return directory;
    }

    @Override
    public void run(Path directory, FileCalls files) throws Exception {
      var rig = MboxRig.lean(directory, files);
      rig.store().recover();
      if (rig.store().account(rig.owner(TEA)).claim(new TestHolder())
          instanceof StoreResult.Done<?>(AutoCloseable drop)) {
        drop.close();
      }
      rig.close();
    }

    @Override
    public void check(Path directory, FileCalls files, Outcome outcome) throws Exception {
      Files.deleteIfExists(directory.resolve("spool").resolve(TEA + ".lock"));
      try (var rig = MboxRig.lean(directory, files)) {
        // Mail that comes later has a later date in its From_ line.
        var late = mailArrives ? DropRecoveryTest.mbox(7).replace(" 2023\n", " 2024\n") : "";
        Files.writeString(rig.spool(TEA), late, StandardOpenOption.APPEND);
        rig.store().recover();
        var all = IntStream.rangeClosed(1, mailArrives ? 7 : 6).toArray();
        try (var drop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
          assertThat(DropRecoveryTest.serials(drop))
              .containsExactlyInAnyOrderElementsOf(IntStream.of(all).boxed().toList());
        }
        try (var drop = done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()))) {
          var ids = DropRecoveryTest.ids(drop);
          ids.remove(7);
          assertThat(ids).hasToString(Files.readString(directory.resolve("ids")));
        }
        assertThat(Files.readString(rig.spool(TEA)))
            .isEqualTo(DropRecoveryTest.mbox(1, 2, 3, 4, 5, 6) + late);
        // An empty one is left where the crash came right before its removal, and is as good.
        var left = DropRecoveryTest.drop(directory);
        assertThat(Files.exists(left) ? Files.size(left) : 0).isZero();
        assertThat(rig.state(TEA).resolveSibling(".journals")).isEmptyDirectory();
      }
    }
  }

  private FaultScenario<Path> scenario(boolean mailArrives) {
    return new FaultScenario<>(folder, Posix.files(), new Recovery(mailArrives)).atMost(30);
  }

  @Test
  void aKilledProcessLosesAndDoublesNothing() throws Exception {
    scenario(false).killAfterEveryCall();
    scenario(true).killInsideEveryWrite();
  }

  @Test
  void aLossOfPowerLosesAndDoublesNothing() throws Exception {
    scenario(true).losePowerAfterEveryCall(1);
  }

  @Test
  void aDiskThatFailsOrIsFullLosesAndDoublesNothing() throws Exception {
    scenario(false).failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario(false).fillDiskAtEveryCall();
  }
}
