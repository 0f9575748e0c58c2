package org.popinjay.mailstore.faults;

/// The process is dead as far as the disk can tell. An error and no exception, so that no
/// well-meant `catch` swallows it.
public final class WorldStopped extends Error {
  private static final long serialVersionUID = 1L;

  /// @param call the last call that was done
  WorldStopped(int call) {
    super("the world stopped after call " + call);
  }
}
