package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.POP3_COMMANDS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_COMMAND_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_DELETED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_DELETED_OCTETS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_NOT_OPENED;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_RETRIEVED_MESSAGES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_RETRIEVED_OCTETS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_SESSIONS;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_SESSION_TIME;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_STORE_FAILURES;
import static org.popinjay.server.metrics.PopinjayMeters.POP3_TAKEOVERS;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.session.SessionEnd;

/// Counts what POP3 sessions report.
final class Pop3Meters implements Pop3Events {
  private final Map<Pop3Verb, Commands> commands = new EnumMap<>(Pop3Verb.class);
  private final Map<SessionEnd, LongAdder> sessions;
  private final Timings sessionTime;
  private final LongAdder retrievedMessages;
  private final LongAdder retrievedOctets;
  private final LongAdder deletedMessages;
  private final LongAdder deletedOctets;
  private final Map<Reason, LongAdder> notOpened;
  private final Map<Reason, LongAdder> storeFailures;
  private final LongAdder takeovers;

  Pop3Meters(Board board) {
    for (var verb : Pop3Verb.values()) {
      commands.put(verb, Commands.of(board, Board.word(verb)));
    }
    sessions = board.counters(POP3_SESSIONS, SessionEnd.class);
    sessionTime = board.timings(POP3_SESSION_TIME);
    retrievedMessages = board.counter(POP3_RETRIEVED_MESSAGES);
    retrievedOctets = board.counter(POP3_RETRIEVED_OCTETS);
    deletedMessages = board.counter(POP3_DELETED_MESSAGES);
    deletedOctets = board.counter(POP3_DELETED_OCTETS);
    notOpened = board.counters(POP3_NOT_OPENED, Reason.class);
    storeFailures = board.counters(POP3_STORE_FAILURES, Reason.class);
    takeovers = board.counter(POP3_TAKEOVERS);
  }

  @Override
  public void commands(Pop3Verb verb, int done, int refused, long nanos) {
    var cells = Board.cell(commands, verb);
    cells.done.add(done);
    cells.refused.add(refused);
    cells.time.record(done + refused, nanos);
  }

  @Override
  public void notOpened(StoreFailure failure) {
    Board.cell(notOpened, Reason.of(failure)).increment();
  }

  @Override
  public void tookOver() {
    takeovers.increment();
  }

  @Override
  public void storeFailed(StoreFailure failure) {
    Board.cell(storeFailures, Reason.of(failure)).increment();
  }

  @Override
  public void ended(Summary summary) {
    Board.cell(sessions, summary.end()).increment();
    sessionTime.record(summary.lasted().toNanos());
    retrievedMessages.add(summary.retrievedMessages());
    retrievedOctets.add(summary.retrievedOctets());
    deletedMessages.add(summary.deletedMessages());
    deletedOctets.add(summary.deletedOctets());
  }

  /// The cells of one command.
  private record Commands(LongAdder done, LongAdder refused, Timings time) {
    static Commands of(Board board, String verb) {
      return new Commands(
          board.counter(POP3_COMMANDS, verb, "done"),
          board.counter(POP3_COMMANDS, verb, "refused"),
          board.timings(POP3_COMMAND_TIME, verb));
    }
  }

  /// Kinds of failure as labels.
  private enum Reason {
    BUSY,
    CLAIMED,
    NOT_FOUND,
    GONE,
    NO_SPACE,
    OVER_QUOTA,
    DENIED,
    NOT_A_MAILBOX,
    BROKEN,
    UNAVAILABLE,
    ALREADY_EXISTS,
    NAME_REFUSED,
    HAS_CHILDREN,
    USE_TAKEN,
    TOO_MANY_KEYWORDS,
    READ_ONLY,
    CONTENT_REFUSED;

    static Reason of(StoreFailure failure) {
      return switch (failure) {
        case StoreFailure.Busy _ -> BUSY;
        case StoreFailure.Claimed _ -> CLAIMED;
        case StoreFailure.NotFound _ -> NOT_FOUND;
        case StoreFailure.Gone _ -> GONE;
        case StoreFailure.NoSpace _ -> NO_SPACE;
        case StoreFailure.OverQuota _ -> OVER_QUOTA;
        case StoreFailure.Denied _ -> DENIED;
        case StoreFailure.NotAMailbox _ -> NOT_A_MAILBOX;
        case StoreFailure.Broken _ -> BROKEN;
        case StoreFailure.Unavailable _ -> UNAVAILABLE;
        case StoreFailure.AlreadyExists _ -> ALREADY_EXISTS;
        case StoreFailure.NameRefused _ -> NAME_REFUSED;
        case StoreFailure.HasChildren _ -> HAS_CHILDREN;
        case StoreFailure.UseTaken _ -> USE_TAKEN;
        case StoreFailure.TooManyKeywords _ -> TOO_MANY_KEYWORDS;
        case StoreFailure.ReadOnly _ -> READ_ONLY;
        case StoreFailure.ContentRefused _ -> CONTENT_REFUSED;
      };
    }
  }
}
