package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.POP2_COMMANDS;
import static org.popinjay.server.metrics.PopinjayMeters.POP2_COMMAND_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_COMMANDS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_COMMAND_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_DELETED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_DELETED_OCTETS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_LEFT_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_NOT_OPENED;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_RETRIEVED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_RETRIEVED_OCTETS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_SESSIONS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_SESSION_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_STORE_FAILURES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_TAKEOVERS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_TOO_SOON;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.pop2.command.Pop2Verb;
import org.popinjay.wire.SessionEnd;

/// Counts what POP3 and POP2 sessions report.
final class Pop3Meters implements Pop3Events {
  private final CommandMeters<Pop3Verb> commands;
  private final CommandMeters<Pop2Verb> pop2;
  private final Map<SessionEnd, LongAdder> sessions;
  private final Timings sessionTime;
  private final LongAdder retrievedMessages;
  private final LongAdder retrievedOctets;
  private final LongAdder deletedMessages;
  private final LongAdder deletedOctets;
  private final Map<FailureReason, LongAdder> notOpened;
  private final Map<FailureReason, LongAdder> storeFailures;
  private final LongAdder diskFull;
  private final LongAdder takeovers;
  private final LongAdder tooSoon;
  private final Amounts left;

  Pop3Meters(Board board, LongAdder diskFull) {
    this.diskFull = diskFull;
    commands = new CommandMeters<>(board, Pop3Verb.class, POP3_COMMANDS, POP3_COMMAND_TIME);
    pop2 = new CommandMeters<>(board, Pop2Verb.class, POP2_COMMANDS, POP2_COMMAND_TIME);
    sessions = board.counters(POP3_SESSIONS, SessionEnd.class);
    sessionTime = board.timings(POP3_SESSION_TIME);
    retrievedMessages = board.counter(POP3_RETRIEVED_MESSAGES);
    retrievedOctets = board.counter(POP3_RETRIEVED_OCTETS);
    deletedMessages = board.counter(POP3_DELETED_MESSAGES);
    deletedOctets = board.counter(POP3_DELETED_OCTETS);
    notOpened = board.counters(POP3_NOT_OPENED, FailureReason.class);
    storeFailures = board.counters(POP3_STORE_FAILURES, FailureReason.class);
    takeovers = board.counter(POP3_TAKEOVERS);
    tooSoon = board.counter(POP3_TOO_SOON);
    left = board.amounts(POP3_LEFT_MESSAGES);
  }

  @Override
  public void commands(Pop3Verb verb, int done, int refused, long nanos) {
    commands.add(verb, done, refused, nanos);
  }

  @Override
  public void pop2Commands(Pop2Verb verb, int done, int refused, long nanos) {
    pop2.add(verb, done, refused, nanos);
  }

  @Override
  public void notOpened(StoreFailure failure) {
    Board.cell(notOpened, FailureReason.of(failure)).increment();
  }

  @Override
  public void tooSoon() {
    tooSoon.increment();
  }

  @Override
  public void tookOver() {
    takeovers.increment();
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
    retrievedMessages.add(summary.retrievedMessages());
    retrievedOctets.add(summary.retrievedOctets());
    deletedMessages.add(summary.deletedMessages());
    deletedOctets.add(summary.deletedOctets());
    summary.leftMessages().ifPresent(left::record);
  }
}
