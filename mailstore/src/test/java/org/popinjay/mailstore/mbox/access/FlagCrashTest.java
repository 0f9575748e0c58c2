package org.popinjay.mailstore.mbox.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.memory.WireForm;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks a session that flags messages and writes the flags into the spool, at each of
/// its system calls, and looks at what the next session finds.
class FlagCrashTest {
  private static final String TEA = "tea";
  private static final int MESSAGES = 3;
  private static final Flags WANTED =
      new Flags(FlagSet.of(Flag.SEEN, Flag.DELETED), Keywords.of("$Junk"));

  @TempDir private Path folder;

  /// What a session was told.
  private static final class World {
    final Path place;
    @Nullable Uid uid;
    ModSeq told = ModSeq.ZERO;
    boolean stored;
    boolean storedAgain;

    World(Path place) {
      this.place = place;
    }
  }

  /// Flags a message, writes that, flags it otherwise and writes over it in place.
  private static final class Session implements FaultScript<World> {
    @Override
    public World prepare(Path directory) throws Exception {
      try (var rig = MboxRig.lean(directory, Posix.files())) {
        for (int serial = 1; serial <= MESSAGES; serial++) {
          rig.deliver(TEA, serial);
        }
      }
      return new World(directory);
    }

    @Override
    public void run(World world, FileCalls files) throws Exception {
      var rig = MboxRig.lean(world.place, files);
      rig.store().recover();
      if (rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX)
          instanceof StoreResult.Done<Mailbox>(Mailbox inbox)) {
        if (inbox.view(Access.WRITE) instanceof StoreResult.Done<MailboxView>(MailboxView view)) {
          session(world, view);
          view.close();
        }
        inbox.close();
      }
      rig.close();
    }

    private static void session(World world, MailboxView view) {
      world.uid = view.message(2).uid();
      int[] second = {2};
      world.stored =
          view.flag(second, new FlagChange.Replace(WANTED), null) instanceof StoreResult.Done<?>;
      world.told = view.highestModSeq();
      var _ = view.flush();
      var more = new FlagChange.Add(Flags.of(Flag.FLAGGED));
      world.storedAgain = view.flag(second, more, null) instanceof StoreResult.Done<?>;
      world.told = view.highestModSeq();
      var _ = view.flush();
    }

    @Override
    public void check(World world, FileCalls files, Outcome outcome) throws Exception {
      Files.deleteIfExists(world.place.resolve("spool").resolve(TEA + ".lock"));
      try (var rig = MboxRig.lean(world.place, files)) {
        rig.store().recover();
        try (var view = rig.view(TEA)) {
          assertThat(view.count()).isEqualTo(MESSAGES);
          for (int serial = 1; serial <= MESSAGES; serial++) {
            assertThat(octets(view.content(serial))).isEqualTo(WireForm.of(Letters.letter(serial)));
          }
          var flags = view.message(2).flags();
          if (world.uid != null) {
            assertThat(view.message(2).uid()).isEqualTo(world.uid);
            assertThat(view.highestModSeq()).isGreaterThanOrEqualTo(world.told);
          }
          assertThat(world.stored && !flags.keywords().equals(WANTED.keywords()))
              .as("a promise is kept")
              .isFalse();
          assertThat(world.storedAgain && !flags.system().has(Flag.FLAGGED)).isFalse();
          assertThat(view.message(1).flags()).isEqualTo(Flags.NONE);
        }
      }
    }
  }

  private FaultScenario<World> scenario() {
    return new FaultScenario<>(folder, Posix.files(), new Session()).atMost(60);
  }

  @Test
  void aKilledProcessLosesNoFlagThatWasPromised() throws Exception {
    scenario().killAfterEveryCall();
    scenario().killInsideEveryWrite();
  }

  @Test
  void aLossOfPowerLosesNoFlagThatWasPromised() throws Exception {
    scenario().losePowerAfterEveryCall(1);
  }

  @Test
  void aFailingDiskLosesNoMail() throws Exception {
    scenario().failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario().cutEveryWrite();
  }
}
