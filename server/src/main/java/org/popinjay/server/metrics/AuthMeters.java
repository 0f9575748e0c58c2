package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.DENIED;
import static org.popinjay.server.metrics.PopinjayMeters.HASHES;
import static org.popinjay.server.metrics.PopinjayMeters.REMEMBERED;
import static org.popinjay.server.metrics.PopinjayMeters.UNAVAILABLE;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.Origin;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionEvents.Limit;

/// Counts what sign-in reports.
final class AuthMeters implements AuthEvents {
  private static final List<String> DENIALS =
      List.of(
          BAD_PASSWORD,
          UNKNOWN_USER,
          BAD_NAME,
          ACCOUNT_CLOSED,
          IN_THE_CLEAR,
          NOT_ADMITTED,
          NOT_ADMIN);
  private static final List<String> OUTAGES = List.of(REFUSED_ADDRESS, BUSY, BACKEND);

  private final Words denied;
  private final Words unavailable;
  private final LongAdder hashes;
  private final LongAdder remembered;

  private final SessionEvents sessions;

  /// @param sessions hears when the queue of checks was full
  AuthMeters(Board board, SessionEvents sessions) {
    this.sessions = sessions;
    denied = new Words(DENIALS, word -> board.counter(DENIED, word));
    unavailable = new Words(OUTAGES, word -> board.counter(UNAVAILABLE, word));
    hashes = board.counter(HASHES);
    remembered = board.counter(REMEMBERED);
  }

  @Override
  public void granted(Origin origin, boolean wasRemembered) {
    if (wasRemembered) {
      remembered.increment();
    }
  }

  @Override
  public void denied(Origin origin, String user, String reason) {
    denied.count(reason);
  }

  @Override
  public void unavailable(Origin origin, String user, String reason, String detail) {
    unavailable.count(reason);
    if (reason.equals(BUSY)) {
      sessions.limitReached(Limit.AUTH_QUEUE);
    }
  }

  @Override
  public void verifying(Origin origin) {
    hashes.increment();
  }
}
