package org.popinjay.imap.netty;

import org.popinjay.imap.ImapEvents;
import org.popinjay.imap.command.ImapVerb;

/// Counts commands in runs of the same verb, so that a batch of pipelined ones is reported, and the
/// clock read, once. Belongs to whoever runs the session's commands.
final class CommandRuns {
  private final ImapEvents events;
  private ImapVerb verb = ImapVerb.UNKNOWN;
  private int done;
  private int refused;
  private long began;

  CommandRuns(ImapEvents events) {
    this.events = events;
  }

  /// A command is about to be carried out.
  void begin(ImapVerb next) {
    if (next != verb || done + refused == 0) {
      report();
      verb = next;
      began = System.nanoTime();
    }
  }

  /// It was.
  void end(boolean ok) {
    if (ok) {
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
