package org.popinjay.wire;

/// Counts commands in runs of the same verb, so that a batch of pipelined ones is reported, and the
/// clock read, once. Belongs to whoever runs the session's commands.
///
/// @param <V> the verbs of a protocol
public final class CommandRuns<V extends Enum<V>> {

  /// Hears of a run.
  ///
  /// @param <V> the verbs of a protocol
  @FunctionalInterface
  public interface Report<V> {

    /// Commands of one kind were carried out, one after the other.
    ///
    /// @param done how many were done
    /// @param refused how many were not
    /// @param nanos how long they took together
    void commands(V verb, int done, int refused, long nanos);
  }

  private final Report<V> report;
  private V verb;
  private int done;
  private int refused;
  private long began;
  private long begun;

  /// @param report hears of each run
  /// @param first any verb
  public CommandRuns(Report<V> report, V first) {
    this.report = report;
    this.verb = first;
  }

  /// A command is about to be carried out.
  public void begin(V next) {
    begun++;
    if (next != verb || done + refused == 0) {
      report();
      verb = next;
      began = System.nanoTime();
    }
  }

  /// It was carried out, or refused.
  public void end(boolean ok) {
    if (ok) {
      done++;
    } else {
      refused++;
    }
  }

  /// Commands in all that were begun.
  public long begun() {
    return begun;
  }

  /// The batch is over.
  public void report() {
    if (done + refused > 0) {
      report.commands(verb, done, refused, System.nanoTime() - began);
      done = 0;
      refused = 0;
    }
  }
}
