package org.popinjay.auth;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.popinjay.config.Escape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line in the log for a sign-in that failed, in a form that fail2ban and its like can rely on.
///
/// Logger `popinjay.auth`:
///
/// ```
/// sign-in failed user="bob" address=192.0.2.7 protocol=pop3 mechanism=PLAIN reason=bad-password
/// sign-in not possible user="bob" address=192.0.2.7 protocol=imap mechanism=LOGIN reason=backend detail="..."
/// ```
///
/// The name is the client's, escaped and cut. Of equal lines within ten minutes the first is
/// written, and then every hundredth with ` count=100` at its end, so that one guesser cannot fill
/// the disk. Thread-safe.
public final class FailureLog implements AuthEvents {
  private static final Logger LOG = LoggerFactory.getLogger("popinjay.auth");
  private static final long WINDOW_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int SHOWN_EVERY = 100;
  private static final int LINES_REMEMBERED = 10_000;

  private final LongSupplier nanoClock;
  private final Map<String, Repetition> repetitions = new Table();

  /// @param nanoClock as [System#nanoTime]
  public FailureLog(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  @Override
  public void granted(Origin origin, boolean remembered) {
    // said by whoever opens the session
  }

  @Override
  public void verifying(Origin origin) {
    // for metrics
  }

  @Override
  public void denied(Origin origin, String user, String reason) {
    var line = line("failed", origin, user, reason);
    int count = count(line);
    if (count > 0) {
      LOG.info("{}{}", line, suffix(count));
    }
  }

  @Override
  public void unavailable(Origin origin, String user, String reason, String detail) {
    var line = line("not possible", origin, user, reason);
    int count = count(line);
    if (count > 0) {
      var more = detail.isEmpty() ? "" : " detail=\"" + Escape.text(detail) + "\"";
      LOG.atLevel(reason.equals(BACKEND) ? org.slf4j.event.Level.ERROR : org.slf4j.event.Level.WARN)
          .log("{}{}{}", line, more, suffix(count));
    }
  }

  private static String line(String outcome, Origin origin, String user, String reason) {
    return "sign-in %s user=\"%s\" address=%s protocol=%s mechanism=%s reason=%s"
        .formatted(
            outcome,
            Escape.text(user),
            origin.address().getHostAddress(),
            origin.protocol(),
            origin.mechanism(),
            reason);
  }

  private static String suffix(int count) {
    return count == 1 ? "" : " count=" + count;
  }

  /// How often this line came within the window, or 0 when it need not be shown now.
  private int count(String line) {
    long now = nanoClock.getAsLong();
    synchronized (repetitions) {
      var repetition = repetitions.get(line);
      if (repetition == null || now - repetition.since > WINDOW_NANOS) {
        repetition = new Repetition(now);
        repetitions.put(line, repetition);
      }
      int count = ++repetition.count;
      return count == 1 || count % SHOWN_EVERY == 0 ? count : 0;
    }
  }

  private static final class Repetition {
    private final long since;
    private int count;

    Repetition(long since) {
      this.since = since;
    }
  }

  private static final class Table extends LinkedHashMap<String, Repetition> {
    private static final long serialVersionUID = 1L;

    Table() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Repetition> eldest) {
      return size() > LINES_REMEMBERED;
    }
  }
}
