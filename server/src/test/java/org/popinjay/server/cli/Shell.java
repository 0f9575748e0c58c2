package org.popinjay.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/// Runs `popinjay` as somebody types it, and keeps what it said last.
final class Shell {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /// Returns its exit code.
  int run(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var command = PopinjayCommand.commandLine(_ -> ExitCode.FINE, Map.of());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(words);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
