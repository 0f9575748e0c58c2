package org.popinjay.server.cli;

import java.nio.file.Path;
import org.popinjay.config.PopinjayConfig;

/// A server in the foreground.
@FunctionalInterface
public interface ServerRun {

  /// Serves until it is told to stop, and says why it could not if so.
  ///
  /// @param config settings that were read without a fault
  /// @param configFile where they came from, to be read again on SIGHUP
  /// @return an exit code of [ExitCode]
  int run(PopinjayConfig config, Path configFile);
}
