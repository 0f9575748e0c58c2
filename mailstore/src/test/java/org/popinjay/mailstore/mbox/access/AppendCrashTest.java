package org.popinjay.mailstore.mbox.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks appends, copies and moves at each of their system calls: what was promised is
/// there, of the rest all or nothing, and mail that comes meanwhile is not touched.
class AppendCrashTest {
  private static final String TEA = "tea";
  private static final MailboxName ARCHIVE = new MailboxName("Archive");
  private static final int LATE = 99;
  private static final Flags SEEN = Flags.of(Flag.SEEN);

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  /// What is done to two messages.
  enum Deed {
    /// New ones are brought to INBOX.
    APPEND,
    /// Those in INBOX are copied into another mailbox.
    COPY,
    /// They are moved there.
    MOVE
  }

  private static final class World {
    final Path place;
    @Nullable UidSet promised;

    World(Path place) {
      this.place = place;
    }
  }

  /// @param mailArrives whether a delivery agent comes between crash and recovery
  private record Session(Deed deed, boolean mailArrives) implements FaultScript<World> {

    @Override
    public World prepare(Path directory) throws Exception {
      try (var rig = MboxRig.lean(directory, Posix.files())) {
        done(rig.store().account(rig.owner(TEA)).create(ARCHIVE, false, null));
        rig.deliver(TEA, 1, 2, 3);
        rig.view(TEA).close();
      }
      return new World(directory);
    }

    @Override
    public void run(World world, FileCalls files) throws Exception {
      var rig = MboxRig.lean(world.place, files);
      rig.store().recover();
      world.promised =
          switch (deed) {
            case APPEND -> append(rig);
            case COPY, MOVE -> copy(rig);
          };
      rig.close();
    }

    private static @Nullable UidSet append(MboxRig rig) {
      var account = rig.store().account(rig.owner(TEA));
      var result =
          Drafts.append(account, MailboxName.INBOX, SEEN, Drafts.DATE, message(4), message(5));
      return result instanceof StoreResult.Done<?>(org.popinjay.mailstore.Appended appended)
          ? appended.uids()
          : null;
    }

    private @Nullable UidSet copy(MboxRig rig) {
      if (!(rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX)
          instanceof StoreResult.Done<Mailbox>(Mailbox inbox))) {
        return null;
      }
      try (inbox) {
        if (!(inbox.view(Access.WRITE) instanceof StoreResult.Done<MailboxView>(var view))) {
          return null;
        }
        try (view) {
          int[] two = {1, 3};
          var result = deed == Deed.COPY ? view.copy(two, ARCHIVE) : view.move(two, ARCHIVE);
          return result instanceof StoreResult.Done<?>(org.popinjay.mailstore.Copied copied)
              ? copied.target()
              : null;
        }
      }
    }

    @Override
    public void check(World world, FileCalls files, Outcome outcome) throws Exception {
      Files.deleteIfExists(world.place.resolve("spool").resolve(TEA + ".lock"));
      Files.deleteIfExists(world.place.resolve("home/tea/mail/Archive.lock"));
      try (var rig = MboxRig.lean(world.place, files)) {
        if (mailArrives) {
          rig.deliver(TEA, LATE);
        }
        rig.store().recover();
        var inbox = look(rig, MailboxName.INBOX, world.promised);
        if (mailArrives) {
          assertThat(inbox).contains(LATE);
          inbox.removeIf(serial -> serial == LATE);
        }
        if (deed == Deed.APPEND) {
          assertThat(inbox).isIn(promisedOr(world, List.of(1, 2, 3, 4, 5), List.of(1, 2, 3)));
        } else {
          var archive = look(rig, ARCHIVE, world.promised);
          assertThat(archive).isIn(promisedOr(world, List.of(1, 3), List.of()));
          var whole = List.of(1, 2, 3);
          assertThat(inbox)
              .isIn(
                  deed == Deed.COPY || archive.isEmpty()
                      ? List.of(whole)
                      : promisedOr(world, List.of(2), whole));
        }
      }
    }

    private static List<List<Integer>> promisedOr(
        World world, List<Integer> done, List<Integer> undone) {
      return world.promised == null ? List.of(done, undone) : List.of(done);
    }

    /// Serial numbers of the messages, each of which is whole.
    private List<Integer> look(MboxRig rig, MailboxName name, @Nullable UidSet promised) {
      var serials = new ArrayList<Integer>();
      try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(name));
          var view = done(mailbox.view(Access.WRITE))) {
        for (int position = 1; position <= view.count(); position++) {
          byte[] wire = octets(view.content(position));
          int serial = Letters.serial(wire);
          boolean brought = serial == 4 || serial == 5;
          assertThat(Arrays.equals(wire, brought ? message(serial) : wire(serial)))
              .as("message %d is whole", serial)
              .isTrue();
          if (brought) {
            assertThat(view.message(position).flags()).isEqualTo(SEEN);
          }
          boolean isNew = brought || name.equals(ARCHIVE);
          if (promised != null && isNew) {
            assertThat(promised.contains(view.message(position).uid().value())).isTrue();
          }
          serials.add(serial);
        }
      }
      return serials;
    }
  }

  private static byte[] wire(int serial) {
    return Drafts.octets(
        new String(Letters.letter(serial), java.nio.charset.StandardCharsets.ISO_8859_1)
            .replace("\n", "\r\n"));
  }

  private static byte[] message(int serial) {
    var lines = new StringBuilder("Subject: big\r\nX-Serial: " + serial + "\r\nStatus: x\r\n\r\n");
    IntStream.range(0, 200).forEach(line -> lines.append("From line ").append(line).append("\r\n"));
    return Drafts.octets(lines.append("no end").toString());
  }

  private FaultScenario<World> scenario(Deed deed, boolean mailArrives) {
    return new FaultScenario<>(folder, Posix.files(), new Session(deed, mailArrives)).atMost(40);
  }

  @ParameterizedTest
  @EnumSource
  void aKilledProcessLeavesAllOrNothing(Deed deed) throws Exception {
    scenario(deed, false).killAfterEveryCall();
    scenario(deed, false).killInsideEveryWrite();
  }

  @ParameterizedTest
  @EnumSource
  void mailThatArrivesBeforeTheRecoveryStays(Deed deed) throws Exception {
    scenario(deed, true).killAfterEveryCall();
    scenario(deed, true).killInsideEveryWrite();
  }

  @ParameterizedTest
  @EnumSource
  void aLossOfPowerLeavesAllOrNothing(Deed deed) throws Exception {
    scenario(deed, false).losePowerAfterEveryCall(1);
    scenario(deed, true).losePowerAfterEveryCall(1);
  }

  @ParameterizedTest
  @EnumSource
  void aFailingDiskLeavesAllOrNothing(Deed deed) throws Exception {
    scenario(deed, false).failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario(deed, false).cutEveryWrite();
    scenario(deed, false).fillDiskAtEveryCall();
  }

  @Test
  void undisturbedTheMessagesAreThere() throws Exception {
    for (var deed : Deed.values()) {
      var session = new Session(deed, false);
      var world = session.prepare(Files.createDirectory(folder.resolve(deed.name())));
      session.run(world, Posix.files());
      assertThat(world.promised).isNotNull();
    }
  }
}
