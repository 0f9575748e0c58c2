package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.CONNECTIONS;
import static org.popinjay.server.metrics.PopinjayMeters.CONNECTIONS_OPENED;
import static org.popinjay.server.metrics.PopinjayMeters.LIMITS;
import static org.popinjay.server.metrics.PopinjayMeters.SIGN_INS;
import static org.popinjay.server.metrics.PopinjayMeters.SIGN_IN_TIME;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.wire.SessionEvents;

/// Counts what connections report, whatever they speak.
final class SessionMeters implements SessionEvents {
  private static final String OTHER = "other";
  private static final List<String> MECHANISMS =
      List.of(
          "USER",
          "HELO",
          "APOP",
          "PLAIN",
          "LOGIN",
          "SCRAM-SHA-1",
          "SCRAM-SHA-1-PLUS",
          "SCRAM-SHA-256",
          "SCRAM-SHA-256-PLUS",
          "EXTERNAL",
          "CRAM-MD5",
          "ANONYMOUS",
          "PREAUTH",
          OTHER);

  private final LongAdder opened;
  private final LongAdder closed = new LongAdder();
  private final Map<Limit, LongAdder> limits;
  private final Map<String, SignIns> mechanisms = new HashMap<>();
  private final SignIns other;

  SessionMeters(Board board) {
    opened = board.counter(CONNECTIONS_OPENED);
    board.number(CONNECTIONS, () -> opened.sum() - closed.sum());
    limits = board.counters(LIMITS, Limit.class);
    for (var mechanism : MECHANISMS) {
      mechanisms.put(mechanism, SignIns.of(board, mechanism));
    }
    other = Objects.requireNonNull(mechanisms.get(OTHER));
  }

  @Override
  public void opened() {
    opened.increment();
  }

  @Override
  public void closed() {
    closed.increment();
  }

  @Override
  public void limitReached(Limit limit) {
    Board.cell(limits, limit).increment();
  }

  @Override
  public void signIn(String mechanism, SignInResult result, long nanos) {
    var cells = Objects.requireNonNullElse(mechanisms.get(mechanism), other);
    Board.cell(cells.results, result).increment();
    cells.time.record(nanos);
  }

  /// The cells of one mechanism.
  private record SignIns(Map<SignInResult, LongAdder> results, Timings time) {
    static SignIns of(Board board, String mechanism) {
      return new SignIns(
          board.counters(SIGN_INS, SignInResult.class, mechanism),
          board.timings(SIGN_IN_TIME, mechanism));
    }
  }
}
