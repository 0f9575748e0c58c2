package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.LogWitness;

/// What operators are told about sessions.
class SessionLogTest {
  private final LogWitness log = new LogWitness("popinjay.session", Level.INFO);
  private final Recorder recorder = new Recorder();
  private final Pop3TestServer server = new Pop3TestServer(Settings.DEFAULTS.events(recorder));

  /// Writes down what it hears.
  private static final class Recorder implements Pop3Events {
    final List<String> runs = new CopyOnWriteArrayList<>();
    final List<Summary> summaries = new CopyOnWriteArrayList<>();

    @Override
    public void commands(Pop3Verb verb, int done, int refused, long nanos) {
      assertThat(nanos).isNotNegative();
      runs.add(verb + " " + done + " " + refused);
    }

    @Override
    public void ended(Summary summary) {
      summaries.add(summary);
    }
  }

  @AfterEach
  void stop() {
    log.close();
    server.close();
  }

  @Test
  void oneLineASessionTellsWhatItDid() throws IOException {
    server.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(US_ASCII));
    server.store.deliver("tea", "Subject: two\n\ntext and more\n".getBytes(US_ASCII));
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
      client.ask("RETR 1");
      client.upToDot();
      client.ask("RETR 2");
      client.upToDot();
      client.ask("DELE 2");
      assertThat(client.ask("QUIT")).startsWith("+OK");
      assertThat(client.line()).isNull();
    }
    assertThat(log.await(1))
        .singleElement(STRING)
        .matches(
            "protocol=pop3 session=[0-9a-z]+ user=tea address=127\\.0\\.0\\.1 seconds=\\d+"
                + " retrievedMessages=2 retrievedOctets=53 deletedMessages=1 deletedOctets=31"
                + " end=signed-off tls=none commands=4");
    assertThat(recorder.summaries).hasSize(1);
  }

  @Test
  void howASessionEndedIsTold() throws IOException {
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
    }
    assertThat(log.await(1).getFirst()).endsWith(" end=client-gone tls=none commands=0");
  }

  @Test
  void pipelinedCommandsAreToldInRuns() throws IOException {
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
      client.send("NOOP\r\n".repeat(50) + "RETR 7\r\n".repeat(3) + "WHAT\r\n" + "QUIT\r\n");
      assertThat(client.lines(55)).last().isEqualTo("+OK dewey signing off");
    }
    Awaited.until(() -> !recorder.summaries.isEmpty());
    assertThat(recorder.runs).last().isEqualTo("QUIT 1 0");
    assertThat(sum("NOOP", 1)).isEqualTo(50);
    assertThat(sum("RETR", 2)).isEqualTo(3);
    assertThat(sum("UNKNOWN", 2)).isEqualTo(1);
  }

  @Test
  void noPasswordIsEverTold() throws IOException {
    log.close();
    try (var all = new LogWitness(Logger.ROOT_LOGGER_NAME, Level.TRACE)) {
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("USER tea");
        client.ask("PASS swordfish");
        client.ask("AUTH PLAIN AHRlYQBzd29yZGZpc2g=");
        client.signIn();
        client.ask("PASS swordfish");
      }
      all.await(line -> line.startsWith("protocol=pop3 "));
      assertThat(all.lines())
          .noneMatch(line -> line.contains("swordfish") || line.contains("AHRlYQ"));
    }
  }

  private int sum(String verb, int column) {
    return recorder.runs.stream()
        .map(run -> run.split(" ", -1))
        .filter(run -> run[0].equals(verb))
        .mapToInt(run -> Integer.parseInt(run[column]))
        .sum();
  }
}
