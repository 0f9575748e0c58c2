package org.popinjay.mailstore.mbox.bulletin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.TEA;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.config.BulletinsConfig.Imap;
import org.popinjay.config.BulletinsConfig.State;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks a sign-in that brings bulletins at each of its system calls: in the end each is
/// there exactly once, and the mail beside it.
class BulletinCrashTest {
  @TempDir(factory = RamDirectory.class)
  private Path folder;

  /// @param mailArrives whether a delivery agent comes between crash and recovery
  private record SignIn(State state, boolean mailArrives) implements FaultScript<Path> {

    @Override
    public Path prepare(Path directory) throws Exception {
      try (var rig = open(directory, Posix.files())) {
        rig.rig().deliver(TEA, 1, 2);
        rig.signIn();
        rig.post(1, 2);
      }
      return directory;
    }

    private BulletinRig open(Path directory, FileCalls files) throws Exception {
      return new BulletinRig(directory, files, settings(directory, 0, false, state, Imap.OFF));
    }

    @Override
    public void run(Path directory, FileCalls files) throws Exception {
      var rig = open(directory, files);
      rig.rig().store().recover();
      if (rig.rig().store().account(rig.owner()).claim(new TestHolder())
          instanceof StoreResult.Done<?>(AutoCloseable drop)) {
        drop.close();
      }
      rig.close();
    }

    @Override
    public void check(Path directory, FileCalls files, Outcome outcome) throws Exception {
      Files.deleteIfExists(directory.resolve("spool").resolve(TEA + ".lock"));
      try (var rig = open(directory, files)) {
        if (mailArrives) {
          rig.rig().deliver(TEA, 6);
        }
        rig.rig().store().recover();
        var subjects = rig.subjects();
        assertThat(subjects)
            .containsOnlyOnce("letter 1", "letter 2", "Bulletin 1", "Bulletin 2")
            .containsSubsequence("Bulletin 1", "Bulletin 2")
            .hasSize(mailArrives ? 5 : 4);
        assertThat(rig.signIn()).hasSameSizeAs(subjects);
        assertThat(state == State.HOME ? Files.readString(rig.popbull()) : rig.counted())
            .isEqualTo("2\n");
      }
    }
  }

  private FaultScenario<Path> scenario(State state, boolean mailArrives) {
    return new FaultScenario<>(folder, Posix.files(), new SignIn(state, mailArrives)).atMost(24);
  }

  @ParameterizedTest
  @EnumSource
  void aKilledProcessBringsEachOnce(State state) throws Exception {
    scenario(state, false).killAfterEveryCall();
    scenario(state, true).killInsideEveryWrite();
  }

  @ParameterizedTest
  @EnumSource
  void aLossOfPowerBringsEachOnce(State state) throws Exception {
    scenario(state, true).losePowerAfterEveryCall(1);
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatFailsOrIsFullBringsEachOnce(State state) throws Exception {
    scenario(state, false).failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario(state, false).fillDiskAtEveryCall();
  }

  @Test
  void aReceiptHoldsOnlyForTheNumberThatItWasMadeAt() {
    var receipt = new BulletinReceipt(3, 5);
    assertThat(List.of(3, 4, 5, 7).stream().map(number -> BulletinReceipt.last(receipt, number)))
        .containsExactly(5, 4, 5, 7);
    assertThat(BulletinReceipt.last(null, 3)).isEqualTo(3);
  }
}
