package org.popinjay.pop3.netty;

import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.session.Outcome;

/// Counts commands in runs of the same verb, so that a batch of pipelined ones is reported, and the
/// clock read, once. Belongs to whoever runs the session's commands.
final class CommandRuns {
  private final Pop3Events events;
  private Pop3Verb verb = Pop3Verb.UNKNOWN;
  private int done;
  private int refused;
  private long began;

  CommandRuns(Pop3Events events) {
    this.events = events;
  }

  /// A command is about to be carried out.
  void begin(Pop3Verb next) {
    if (next != verb || done + refused == 0) {
      report();
      verb = next;
      began = System.nanoTime();
    }
  }

  /// It was.
  void end(Outcome outcome) {
    if (outcome == Outcome.DONE) {
      done++;
    } else {
      refused++;
    }
  }

  /// The batch is over.
  void report() {
    if (done + refused > 0) {
      events.commands(verb, done, refused, System.nanoTime() - began);
      done = 0;
      refused = 0;
    }
  }
}
