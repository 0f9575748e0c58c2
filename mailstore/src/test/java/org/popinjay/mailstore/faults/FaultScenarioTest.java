package org.popinjay.mailstore.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;

/// The runner has to pass what is careful and to catch what is not.
class FaultScenarioTest {
  @TempDir private Path temp;

  /// Ways to replace the content of a small file, of which one is right.
  private enum Way {
    CAREFUL,
    WITHOUT_SYNC,
    WITHOUT_DIRECTORY_SYNC,
    IN_PLACE
  }

  private record World(Path directory, Path file, AtomicBoolean acknowledged) {}

  private static final class Replacing implements FaultScript<World> {
    private final Way way;

    Replacing(Way way) {
      this.way = way;
    }

    @Override
    public World prepare(Path directory) throws Exception {
      return new World(
          directory,
          Files.writeString(directory.resolve("a"), "the old content"),
          new AtomicBoolean());
    }

    @Override
    public void run(World world, FileCalls files) throws Exception {
      boolean inPlace = way == Way.IN_PLACE;
      String target = world.file() + (inPlace ? "" : ".new");
      int file = files.open(target, OpenFlags.READ_WRITE | OpenFlags.CREATE, 0600);
      try {
        var content = ByteBuffer.allocateDirect(64).put("NEW".getBytes(US_ASCII)).flip();
        while (content.hasRemaining()) {
          files.write(file, content, content.position());
        }
        files.truncate(file, 3);
        if (way != Way.WITHOUT_SYNC) {
          files.sync(file);
        }
      } finally {
        files.close(file);
      }
      if (!inPlace) {
        files.rename(target, world.file().toString());
      }
      if (way != Way.WITHOUT_DIRECTORY_SYNC) {
        int directory = files.open(world.directory().toString(), OpenFlags.DIRECTORY, 0);
        files.sync(directory);
        files.close(directory);
      }
      world.acknowledged().set(true);
    }

    @Override
    public void check(World world, FileCalls files, Outcome outcome) throws Exception {
      assertThat(Files.readString(world.file()))
          .isIn(world.acknowledged().get() ? "NEW" : "the old content", "NEW");
    }
  }

  @Test
  void aCarefulWayPassesEveryFault() throws Exception {
    var scenario = new FaultScenario<>(temp, Posix.files(), new Replacing(Way.CAREFUL));
    scenario.killAfterEveryCall();
    scenario.killInsideEveryWrite();
    scenario.losePowerAfterEveryCall(4);
    scenario.failEveryCall(Errno.EIO, Errno.ENOSPC);
    scenario.failEveryCallAndLosePower(Errno.EIO);
    scenario.cutEveryWrite();
    scenario.fillDiskAtEveryCall();
    assertThat(scenario.runs()).isGreaterThan(60);
  }

  @Test
  void aMissingSyncIsFound() {
    var scenario = new FaultScenario<>(temp, Posix.files(), new Replacing(Way.WITHOUT_SYNC));
    assertThatThrownBy(() -> scenario.losePowerAfterEveryCall(4))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("power lost");
  }

  @Test
  void aMissingSyncOfTheDirectoryIsFound() {
    var way = Way.WITHOUT_DIRECTORY_SYNC;
    var scenario = new FaultScenario<>(temp, Posix.files(), new Replacing(way));
    assertThatThrownBy(() -> scenario.losePowerAfterEveryCall(4))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("RENAME");
  }

  @Test
  void aCrashBetweenTwoCallsIsFound() {
    var scenario = new FaultScenario<>(temp, Posix.files(), new Replacing(Way.IN_PLACE));
    assertThatThrownBy(scenario::killAfterEveryCall)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("StopAfter[call=2]")
        .hasMessageContaining("2 WRITE");
  }

  @Test
  void runsCanBeLimited() throws Exception {
    var scenario = new FaultScenario<>(temp, Posix.files(), new Replacing(Way.CAREFUL)).atMost(3);
    scenario.killAfterEveryCall();
    assertThat(scenario.runs()).isEqualTo(4);
  }
}
