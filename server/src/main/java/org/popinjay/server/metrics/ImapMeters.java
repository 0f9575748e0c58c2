package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.IMAP_ANNOUNCED;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_APPENDED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_COMMANDS;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_COMMAND_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_EXPUNGED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_FETCHED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_FETCHED_OCTETS;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_IDLING;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_REPLACED;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_SESSIONS;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_SESSION_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.IMAP_STORE_FAILURES;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.imap.ImapEvents;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.wire.SessionEnd;

/// Counts what IMAP sessions report.
final class ImapMeters implements ImapEvents {
  private final CommandMeters<ImapVerb> commands;
  private final Map<SessionEnd, LongAdder> sessions;
  private final Timings sessionTime;
  private final LongAdder idling = new LongAdder();
  private final LongAdder fetchedMessages;
  private final LongAdder fetchedOctets;
  private final LongAdder appendedMessages;
  private final LongAdder expungedMessages;
  private final Map<FailureReason, LongAdder> storeFailures;
  private final LongAdder diskFull;
  private final Timings announced;
  private final LongAdder replaced;

  ImapMeters(Board board, LongAdder diskFull) {
    this.diskFull = diskFull;
    commands = new CommandMeters<>(board, ImapVerb.class, IMAP_COMMANDS, IMAP_COMMAND_TIME);
    sessions = board.counters(IMAP_SESSIONS, SessionEnd.class);
    sessionTime = board.timings(IMAP_SESSION_TIME);
    board.number(IMAP_IDLING, idling::sum);
    fetchedMessages = board.counter(IMAP_FETCHED_MESSAGES);
    fetchedOctets = board.counter(IMAP_FETCHED_OCTETS);
    appendedMessages = board.counter(IMAP_APPENDED_MESSAGES);
    expungedMessages = board.counter(IMAP_EXPUNGED_MESSAGES);
    announced = board.timings(IMAP_ANNOUNCED);
    storeFailures = board.counters(IMAP_STORE_FAILURES, FailureReason.class);
    replaced = board.counter(IMAP_REPLACED);
  }

  @Override
  public void commands(ImapVerb verb, int done, int refused, long nanos) {
    commands.add(verb, done, refused, nanos);
  }

  @Override
  public void idling(int change) {
    idling.add(change);
  }

  @Override
  public void announced(long nanos) {
    announced.record(nanos);
  }

  @Override
  public void replaced() {
    replaced.increment();
  }

  @Override
  public void storeFailed(StoreFailure failure) {
    var reason = FailureReason.of(failure);
    Board.cell(storeFailures, reason).increment();
    if (reason.full()) {
      diskFull.increment();
    }
  }

  @Override
  public void ended(Summary summary) {
    Board.cell(sessions, summary.end()).increment();
    sessionTime.record(summary.lasted().toNanos());
    fetchedMessages.add(summary.fetchedMessages());
    fetchedOctets.add(summary.fetchedOctets());
    appendedMessages.add(summary.appendedMessages());
    expungedMessages.add(summary.expungedMessages());
  }
}
