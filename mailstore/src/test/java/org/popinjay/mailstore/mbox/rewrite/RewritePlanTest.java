package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.WorldStopped;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Any plan that a removal or a flag write-back can come to.
class RewritePlanTest {
  private static final FileCalls REAL = Posix.files();
  private static final int RESERVE = 16 << 10;

  @Property(tries = 100)
  void isTheSameAfterEncodingAndDecoding(@ForAll long seed) {
    var plan = edited(new SplittableRandom(seed), Direction.BOTH).plan();
    var octets = ByteBuffer.allocate((int) plan.encodedOctets());
    plan.encode(octets);
    assertThat(octets.hasRemaining()).isFalse();
    assertThat(RewritePlan.decode(octets.flip())).hasToString(plan.toString());
  }

  @Property(tries = 200)
  void windowsTileTheChangedRangeInEitherOrder(
      @ForAll @LongRange(max = 100_000) long first,
      @ForAll @IntRange(min = 1, max = 100_000) int octets,
      @ForAll @IntRange(min = 1, max = 9) int pages,
      @ForAll boolean backwards) {
    var windows = new RewriteWindows(first, first + octets, pages * 4096L, backwards);
    long at = first;
    for (int i = 0; i < windows.count(); i++) {
      int step = backwards ? windows.count() - 1 - i : i;
      assertThat(windows.start(step)).isEqualTo(at);
      assertThat(windows.end(step) - at).isBetween(1L, pages * 4096L);
      at = windows.end(step);
      assertThat(at % 4096 == 0 || at == first + octets).isTrue();
    }
    assertThat(at).isEqualTo(first + octets);
  }

  @Property(tries = 40)
  void anyPlanIsCarriedOutInAnySteps(
      @ForAll long seed,
      @ForAll Direction direction,
      @ForAll @IntRange(min = 1, max = 12) int pages)
      throws Exception {
    inNewDirectory(directory -> {
      var world = world(directory, new SplittableRandom(seed), direction);
      long journalMax = direction == Direction.BOTH ? 1 << 20 : pages * 4096L;
      assertThat(world.rewrite(REAL, journalMax, RESERVE)).isInstanceOf(StoreResult.Done.class);
      world.holdsNew();
      assertThat(world.journals()).isEmpty();
    });
  }

  @Property(tries = 100)
  void anyPlanSurvivesTwoCrashesAndMailInBetween(
      @ForAll long seed,
      @ForAll Direction direction,
      @ForAll @IntRange(min = 1, max = 12) int pages,
      @ForAll @IntRange(min = 15, max = 80) int firstCrash,
      @ForAll @IntRange(min = 15, max = 80) int secondCrash,
      @ForAll boolean powerLost)
      throws Exception {
    inNewDirectory(directory -> {
      var random = new SplittableRandom(seed);
      var world = world(directory, random, direction);
      long journalMax = direction == Direction.BOTH ? 1 << 20 : pages * 4096L;
      crash(
          directory,
          firstCrash,
          powerLost,
          random,
          files -> world.rewrite(files, journalMax, RESERVE));
      byte[] early = RewriteWorld.message(200, random.nextInt(50, 20_000));
      world.deliver(early);
      crash(directory, secondCrash, powerLost, random, files -> world.recover(files, RESERVE));
      byte[] late = RewriteWorld.message(201, random.nextInt(50, 20_000));
      world.deliver(late);
      assertThat(world.recover(REAL, RESERVE)).isInstanceOf(StoreResult.Done.class);
      world.holdsOldOrNew(early, late);
      assertThat(world.journals()).isEmpty();
    });
  }

  enum Direction {
    DOWN,
    UP,
    BOTH
  }

  @FunctionalInterface
  private interface Body {
    void in(Path directory) throws Exception;
  }

  @FunctionalInterface
  private interface Work {
    void through(FileCalls files) throws Exception;
  }

  private static void inNewDirectory(Body body) throws Exception {
    Path ram = Path.of("/dev/shm");
    Path directory =
        Files.isWritable(ram)
            ? Files.createTempDirectory(ram, "popinjay")
            : Files.createTempDirectory("popinjay");
    body.in(directory);
    try (var tree = Files.walk(directory)) {
      for (Path each : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static void crash(
      Path directory, int call, boolean powerLost, SplittableRandom random, Work work)
      throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.StopAfter(call));
    try {
      work.through(files);
    } catch (WorldStopped _) {
      // As planned.
    }
    if (powerLost) {
      files.losePower(directory, random);
    } else {
      files.kill();
    }
  }

  private static RewriteWorld world(Path directory, SplittableRandom random, Direction direction)
      throws Exception {
    var editor = edited(random, direction);
    return RewriteWorld.in(directory, editor.before(), editor.plan(), editor.after(), RESERVE);
  }

  private static PlanEditor edited(SplittableRandom random, Direction direction) {
    List<byte[]> messages = new ArrayList<>();
    int count = random.nextInt(1, 12);
    for (int i = 0; i < count; i++) {
      messages.add(RewriteWorld.message(i, random.nextInt(60, 9_000)));
    }
    var editor = new PlanEditor(messages);
    for (int i = 0; i < count; i++) {
      boolean down =
          direction == Direction.BOTH ? random.nextBoolean() : direction == Direction.DOWN;
      switch (random.nextInt(4)) {
        case 0 -> editor.overwrite(i);
        case 1, 2 -> editor.keep(i);
        default -> {
          if (down) {
            editor.remove(i);
          } else {
            editor.grow(i, random.nextInt(1, 5_000));
          }
        }
      }
    }
    return editor;
  }
}
