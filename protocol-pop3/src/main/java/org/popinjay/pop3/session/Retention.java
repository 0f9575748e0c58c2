package org.popinjay.pop3.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.popinjay.config.Pop3Config;

/// Which messages QUIT removes although the client did not ask for it: `pop3.autoDelete` (RFC 2449,
/// section 6.7).
///
/// @param kept how long messages stay at the least; empty keeps all
/// @param now when the session began
public record Retention(Optional<Duration> kept, Instant now) {

  /// Everything stays.
  public static final Retention FOR_GOOD = new Retention(Optional.empty(), Instant.EPOCH);

  /// What the settings of a user say.
  public static Retention of(Pop3Config settings, Instant now) {
    return settings.autoDelete() ? new Retention(settings.expire(), now) : FOR_GOOD;
  }

  /// Whether anything can be over.
  boolean ends() {
    return kept.isPresent();
  }

  /// Whether the time of a message is over.
  ///
  /// With a time of zero it is that of a message that is fetched, which says that the client has it
  /// now; that it was read by IMAP does not. With any other time it has to be read, by whatever.
  ///
  /// @param fetched in this session, whole
  /// @param read now or earlier
  /// @param arrived when; before 1970 nothing arrived whose date is known
  boolean isOver(boolean fetched, boolean read, Instant arrived) {
    if (kept.isEmpty()) {
      return false;
    }
    var time = kept.get();
    return time.isZero()
        ? fetched
        : read && arrived.getEpochSecond() > 0 && arrived.plus(time).isBefore(now);
  }
}
