package org.popinjay.server.cli;

/// A server in the foreground.
@FunctionalInterface
public interface ServerRun {

  /// Serves until it is told to stop, and says why it could not if so.
  ///
  /// @param settings that were read without a fault
  /// @return an exit code of [ExitCode]
  int run(ServedSettings settings);
}
