package org.popinjay.mailstore;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Who has which maildrop claimed, for engines whose claims live in one process.
///
/// A claim is a lease and no mutex: whoever has been silent for too long may be replaced, so that a
/// client on a dead line does not lock itself out (RFC 1939, section 8 leaves this to servers).
/// Thread-safe, never blocks.
public final class MaildropClaims {

  /// A session that holds a claim or wants one.
  public interface Holder {

    /// How long the session has been silent; zero while it is doing something that must not be cut,
    /// and [Duration#ofSeconds] of any size once its client is known to be gone.
    Duration silence();

    /// How long a holder may be silent before this session takes its place.
    Duration patience();

    /// Tells the session that another took its claim. Called on the newcomer's thread; must not
    /// block and must end the session without changing the maildrop.
    void replaced();
  }

  /// The right to a maildrop until it is closed or replaced.
  public final class Claim implements AutoCloseable {
    private final Object maildrop;
    private final Holder holder;

    private Claim(Object maildrop, Holder holder) {
      this.maildrop = maildrop;
      this.holder = holder;
    }

    /// Whether the claim still stands; false from the moment another session took it.
    public boolean stands() {
      return claims.get(maildrop) == this;
    }

    /// Gives the claim back. Closing twice is harmless.
    @Override
    public void close() {
      claims.remove(maildrop, this);
    }
  }

  private final ConcurrentHashMap<Object, Claim> claims = new ConcurrentHashMap<>();

  /// Claims a maildrop.
  ///
  /// @param maildrop what tells maildrops apart; needs value equality
  /// @return the claim, or empty while another session holds it and has not been silent for long
  ///   enough
  public Optional<Claim> claim(Object maildrop, Holder holder) {
    var mine = new Claim(maildrop, holder);
    while (true) {
      var other = claims.putIfAbsent(maildrop, mine);
      if (other == null) {
        return Optional.of(mine);
      }
      if (other.holder.silence().compareTo(holder.patience()) < 0) {
        return Optional.empty();
      }
      if (claims.replace(maildrop, other, mine)) {
        other.holder.replaced();
        return Optional.of(mine);
      }
    }
  }
}
