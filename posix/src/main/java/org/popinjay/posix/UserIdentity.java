package org.popinjay.posix;

import java.io.IOException;

/// Runs file calls with the rights of one user.
///
/// Identity belongs to a kernel thread, so the work runs on a small pool of platform threads, one
/// task a switch; the caller (a lane on its virtual thread) waits for the answer. A task opens,
/// links, unlinks, renames or stats and returns; descriptors keep their rights, so reading, writing
/// and locking are done outside. A task never waits for a lock or for a client.
public interface UserIdentity extends AutoCloseable {

  /// A task under an identity.
  @FunctionalInterface
  interface Task<T extends @org.jspecify.annotations.Nullable Object> {
    /// Does the work; must not leave anything running behind it.
    T run() throws IOException;
  }

  /// Runs a task as this user and returns what it returned or throws what it threw.
  ///
  /// @throws IOException what the task threw, or if the kernel did not grant the identity
  <T extends @org.jspecify.annotations.Nullable Object> T as(Identity who, Task<T> task)
      throws IOException;

  @Override
  void close();

  /// Runs every task on the calling thread as the process itself (`mail.identity: process`).
  static UserIdentity process() {
    return new UserIdentity() {
      @Override
      public <T extends @org.jspecify.annotations.Nullable Object> T as(Identity who, Task<T> task)
          throws IOException {
        return task.run();
      }

      @Override
      public void close() {}
    };
  }
}
