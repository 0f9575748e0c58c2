package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Stops and breaks a whole POP3 session at each of its system calls, from the start of the store
/// to the commit, and looks at what the next session finds.
class MboxCrashTest {
  private static final String TEA = "tea";
  private static final int MESSAGES = 5;

  @TempDir private Path folder;

  /// What a session saw and was promised.
  private static final class World {
    final Path place;
    List<Uid> shown = List.of();
    boolean committed;

    World(Path place) {
      this.place = place;
    }
  }

  /// Removes two of five messages and marks one as seen.
  private record Session(boolean mailArrives) implements FaultScript<World> {

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
      MaildropClaims.Holder holder = new TestHolder();
      if (rig.store().account(rig.owner(TEA)).claim(holder)
          instanceof StoreResult.Done<Maildrop>(Maildrop drop)) {
        world.shown = uids(drop);
        var remove = new BitSet();
        remove.set(2);
        remove.set(4);
        var seen = new BitSet();
        seen.set(5);
        world.committed = drop.commit(remove, seen) instanceof StoreResult.Done<?>;
        drop.close();
      }
      rig.close();
    }

    @Override
    public void check(World world, FileCalls files, Outcome outcome) throws Exception {
      forgetLocksOfTheDead(world.place);
      try (var rig = MboxRig.lean(world.place, files)) {
        if (mailArrives) {
          rig.deliver(TEA, 99);
        }
        rig.store().recover();
        try (var drop = rig.claim(TEA)) {
          var serials = serials(drop);
          var expected = new ArrayList<>(List.of(1, 3, 5));
          boolean removed = !serials.contains(2);
          assertThat(removed || !world.committed).as("a promise is kept").isTrue();
          if (!removed) {
            expected.addAll(List.of(2, 4));
          }
          if (mailArrives) {
            expected.add(99);
          }
          assertThat(serials).containsExactlyInAnyOrderElementsOf(expected);
          if (!world.shown.isEmpty()) {
            assertThat(drop.uid(1)).isEqualTo(world.shown.getFirst());
            assertThat(drop.uid(removed ? 3 : 5)).isEqualTo(world.shown.get(4));
          }
        }
      }
    }
  }

  private static void forgetLocksOfTheDead(Path place) throws IOException {
    Files.deleteIfExists(place.resolve("spool").resolve(TEA + ".lock"));
  }

  private static List<Uid> uids(Maildrop drop) {
    var uids = new ArrayList<Uid>();
    for (int number = 1; number <= drop.count(); number++) {
      uids.add(drop.uid(number));
    }
    return uids;
  }

  /// Serial numbers of messages that are, octet for octet, what was delivered.
  private static List<Integer> serials(Maildrop drop) {
    var serials = new ArrayList<Integer>();
    for (int number = 1; number <= drop.count(); number++) {
      byte[] wire = octets(drop.content(number));
      int serial = Letters.serial(wire);
      assertThat(new String(wire, ISO_8859_1).replace("\r\n", "\n"))
          .isEqualTo(new String(Letters.letter(serial), ISO_8859_1));
      serials.add(serial);
    }
    return serials;
  }

  private FaultScenario<World> scenario(boolean mailArrives) {
    return new FaultScenario<>(folder, Posix.files(), new Session(mailArrives)).atMost(60);
  }

  @ParameterizedTest(name = "mail arrives meanwhile: {0}")
  @ValueSource(booleans = {false, true})
  void aKilledProcessLosesNothingThatWasPromised(boolean mailArrives) throws Exception {
    scenario(mailArrives).killAfterEveryCall();
    scenario(mailArrives).killInsideEveryWrite();
  }

  @ParameterizedTest(name = "mail arrives meanwhile: {0}")
  @ValueSource(booleans = {false, true})
  void aLossOfPowerLosesNothingThatWasPromised(boolean mailArrives) throws Exception {
    scenario(mailArrives).losePowerAfterEveryCall(1);
  }

  @Test
  void aFailingDiskLosesNothing() throws Exception {
    scenario(false).failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario(false).cutEveryWrite();
  }

  @Test
  void onAFullDiskMailCanBeReadAndRemoved() throws Exception {
    scenario(false).fillDiskAtEveryCall();
  }

  @Test
  void aScenarioThatIsNotDisturbedRemovesTheMessages() throws Exception {
    var session = new Session(false);
    var world = session.prepare(folder);
    session.run(world, Posix.files());
    assertThat(world.committed).isTrue();
    try (var rig = MboxRig.lean(folder, Posix.files());
        var drop = rig.claim(TEA)) {
      assertThat(serials(drop)).containsExactly(1, 3, 5);
      assertThat(done(drop.commit(new BitSet(), new BitSet())).left()).isEqualTo(3);
    }
  }
}
