package org.popinjay.mailstore.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.popinjay.mailstore.faults.FaultScript.Ending;
import org.popinjay.mailstore.faults.FaultScript.Outcome;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;

/// Runs a script once to count its calls, then once more for each call that can go wrong, and has
/// every outcome checked.
///
/// ```java
/// var scenario = new FaultScenario<>(temp, real, new RewriteScript());
/// scenario.killAfterEveryCall();
/// scenario.killInsideEveryWrite();
/// scenario.losePowerAfterEveryCall(3);
/// scenario.failEveryCall(Errno.EIO, Errno.ENOSPC);
/// scenario.cutEveryWrite();
/// scenario.fillDiskAtEveryCall();
/// ```
///
/// A check that fails says at which call, of which kind, and what the calls before it were. Which
/// of the unsynced writes are lost follows from the number of the call, so that each run can be
/// repeated. A crash during recovery is a scenario of its own: its `prepare` runs into the first
/// crash with a [FaultyFileCalls] of its own, its `run` recovers.
///
/// @param <W> the script's world
public final class FaultScenario<W> {
  private static final int TRACED_CALLS = 40;

  private final Path directory;
  private final FileCalls real;
  private final FaultScript<W> script;
  private int most = Integer.MAX_VALUE;
  private int runs;

  /// @param directory empty; each run gets a directory of its own in it, gone when the check passed
  public FaultScenario(Path directory, FileCalls real, FaultScript<W> script) {
    this.directory = directory;
    this.real = real;
    this.script = script;
  }

  /// Limits each of the methods below to so many calls, evenly spread over all.
  public FaultScenario<W> atMost(int calls) {
    most = calls;
    return this;
  }

  /// How many times the script was run.
  public int runs() {
    return runs;
  }

  /// Runs the script undisturbed, checks that too, and returns what calls it made.
  public List<CallKind> undisturbed() throws Exception {
    return run(new Fault.None(), null);
  }

  /// Kills the process between any two calls.
  public void killAfterEveryCall() throws Exception {
    forEachCall(undisturbed(), kind -> true, Fault.StopAfter::new);
  }

  /// Kills the process in the middle of each write.
  public void killInsideEveryWrite() throws Exception {
    forEachCall(undisturbed(), kind -> kind == CallKind.WRITE, Fault.StopInside::new);
  }

  /// Turns the power off after each call, also after the last.
  ///
  /// @param times how many of the states that the disk may be in are tried for each call
  public void losePowerAfterEveryCall(int times) throws Exception {
    var kinds = undisturbed();
    for (int call : spread(IntStream.rangeClosed(0, kinds.size()).toArray())) {
      for (int i = 0; i < times; i++) {
        run(new Fault.StopAfter(call), new SplittableRandom(call * 1_000_003L + i));
      }
    }
  }

  /// Fails each call with each of these errors that it may fail with on a real system.
  public void failEveryCall(Errno... errors) throws Exception {
    var kinds = undisturbed();
    for (var errno : errors) {
      forEachCall(kinds, kind -> kind.mayFailWith(errno), call -> new Fault.Fail(call, errno));
    }
  }

  /// Fails each call with each of these errors, and then turns the power off at the end.
  public void failEveryCallAndLosePower(Errno... errors) throws Exception {
    var kinds = undisturbed();
    for (var errno : errors) {
      for (int call : calls(kinds, kind -> kind.mayFailWith(errno))) {
        run(new Fault.Fail(call, errno), new SplittableRandom(call * 1_000_003L));
      }
    }
  }

  /// Cuts each write short; the next one works.
  public void cutEveryWrite() throws Exception {
    forEachCall(undisturbed(), kind -> kind == CallKind.WRITE, Fault.CutWrite::new);
  }

  /// Lets the disk be full from each call on that may find it so.
  public void fillDiskAtEveryCall() throws Exception {
    forEachCall(undisturbed(), kind -> kind.mayFailWith(Errno.ENOSPC), Fault.DiskFull::new);
  }

  private interface Kinds {
    boolean wanted(CallKind kind);
  }

  private void forEachCall(List<CallKind> kinds, Kinds which, IntFunction<Fault> fault)
      throws Exception {
    for (int call : calls(kinds, which)) {
      run(fault.apply(call), null);
    }
  }

  private int[] calls(List<CallKind> kinds, Kinds which) {
    return spread(
        IntStream.rangeClosed(1, kinds.size())
            .filter(call -> which.wanted(kinds.get(call - 1)))
            .toArray());
  }

  private int[] spread(int[] calls) {
    int count = Math.min(most, calls.length);
    return IntStream.range(0, count)
        .map(i -> calls[(int) ((long) i * calls.length / count)])
        .toArray();
  }

  private List<CallKind> run(
      Fault fault, @org.jspecify.annotations.Nullable SplittableRandom powerLoss) throws Exception {
    runs++;
    var place = Files.createDirectory(directory.resolve("run" + runs));
    var world = script.prepare(place);
    var files = new FaultyFileCalls(real, fault);
    var ending = Ending.COMPLETED;
    Exception thrown = null;
    try {
      script.run(world, files);
    } catch (WorldStopped _) {
      ending = Ending.STOPPED;
    } catch (Exception e) {
      ending = files.stopped() ? Ending.STOPPED : Ending.THREW;
      thrown = e;
    }
    if (powerLoss != null) {
      files.losePower(place, powerLoss);
    } else {
      files.kill();
    }
    try {
      script.check(world, real, new Outcome(fault, ending, thrown));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(story(fault, powerLoss != null, ending, files, place), e);
    }
    delete(place);
    return files.kinds();
  }

  private static String story(
      Fault fault, boolean powerLost, Ending ending, FaultyFileCalls files, Path place) {
    var trace = files.trace();
    var last = trace.subList(Math.max(0, trace.size() - TRACED_CALLS), trace.size());
    return "%s%s, %s, left in %s; calls:%n%s"
        .formatted(
            fault,
            powerLost ? " and power lost" : "",
            ending,
            place,
            String.join(System.lineSeparator(), last));
  }

  private static void delete(Path place) throws IOException {
    try (var tree = Files.walk(place)) {
      for (var path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
