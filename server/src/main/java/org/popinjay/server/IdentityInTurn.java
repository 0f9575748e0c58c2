package org.popinjay.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.Identity;
import org.popinjay.posix.UserIdentity;
import org.popinjay.wire.DiskPermits;

/// Has each task under an identity wait for the turn of the lane that wants it done. What the task
/// calls is part of that turn, on whatever thread it runs.
///
/// @param identity runs the tasks
record IdentityInTurn(UserIdentity identity) implements UserIdentity {

  @Override
  public <T extends @Nullable Object> T as(Identity who, Task<T> task) throws IOException {
    try (var _ = DiskPermits.take()) {
      return identity.as(who, task);
    }
  }

  @Override
  public void close() {
    identity.close();
  }
}
