package org.popinjay.mailstore.faults;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.FileCalls;

/// What a [FaultScenario] does over and over, each time from the start in an empty directory.
///
/// Everything in it has to be the same each time: random choices come from a seeded generator.
///
/// @param <W> the test's own notes: which files there are, what was promised to whom
public interface FaultScript<W> {

  /// Lays out the files; all of it counts as durable.
  W prepare(Path directory) throws Exception;

  /// Does what is to be interrupted, through these calls alone, and notes in the world what was
  /// acknowledged. May throw what the code under test throws.
  void run(W world, FileCalls files) throws Exception;

  /// Recovers what is left and checks it, through calls that work.
  void check(W world, FileCalls files, Outcome outcome) throws Exception;

  /// How a run ended.
  ///
  /// @param fault what went wrong
  /// @param ending how far it came
  /// @param thrown what [FaultScript#run] threw, [WorldStopped] left out
  record Outcome(Fault fault, Ending ending, @Nullable Exception thrown) {}

  /// How far a run came.
  enum Ending {
    /// To its end.
    COMPLETED,
    /// It threw an exception.
    THREW,
    /// The world stopped on the way.
    STOPPED
  }
}
