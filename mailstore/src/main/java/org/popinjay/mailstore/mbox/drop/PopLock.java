package org.popinjay.mailstore.mbox.drop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;

/// The session lock of popper and qpopper on one maildrop. Sessions of this server that overlap,
/// since one takes over from another, hold it together.
///
/// Thread-safe. Taking it may block, giving it back does not.
public final class PopLock {
  private static final int ATTEMPTS = 3;

  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

  private record Held(LeftDrop drop, int sessions) {}

  /// Takes it for one more session.
  ///
  /// @return why it cannot be had, or null
  public @Nullable StoreFailure take(
      MboxEnvironment environment, AccountOwner owner, SpoolPlace spool) throws IOException {
    StoreFailure failure = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (join()) {
        return null;
      }
      switch (LeftDrop.hold(environment, owner, spool)) {
        case LeftDrop.Opening.Opened(LeftDrop drop) -> {
          if (held.compareAndSet(null, new Held(drop, 1))) {
            return null;
          }
          drop.close();
        }
        case LeftDrop.Opening.Refused(String detail, boolean busy) -> {
          // Busy by another session of ours, perhaps.
          failure = busy ? new StoreFailure.Claimed(detail) : new StoreFailure.Denied(detail);
        }
      }
    }
    return failure;
  }

  private boolean join() {
    for (var now = held.get(); now != null; now = held.get()) {
      if (held.compareAndSet(now, new Held(now.drop, now.sessions + 1))) {
        return true;
      }
    }
    return false;
  }

  /// Ends the use by one session.
  public void giveBack() {
    for (var now = held.get(); now != null; now = held.get()) {
      var next = now.sessions == 1 ? null : new Held(now.drop, now.sessions - 1);
      if (held.compareAndSet(now, next)) {
        if (next == null) {
          now.drop.close();
        }
        return;
      }
    }
  }
}
