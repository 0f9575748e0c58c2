package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.PopinjayCommand;

class HealthTest {
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"imap", "pop3"})
  void aServerIsWellWhenItAnswers(String protocol) throws Exception {
    int port = FreePort.next();
    var bind = "{ protocol: " + protocol + ", bind: \"127.0.0.1:" + port + "\" }";
    var file = Served.write(folder, "listeners: [" + bind + "]");
    var server = Popinjay.start(Served.load(file), () -> 0);
    try {
      assertThat(health(file)).as(err.toString()).isEqualTo(ExitCode.FINE);
    } finally {
      server.stop();
    }
    assertThat(health(file)).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).startsWith("popinjay: " + protocol + " 127.0.0.1:" + port + ": ");
  }

  private int health(Path file) {
    var command = PopinjayCommand.commandLine(_ -> ExitCode.FINE, Map.of());
    command.setErr(new PrintWriter(err, true));
    return command.execute("health", "-c", file.toString());
  }
}
