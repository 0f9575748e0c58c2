package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.LogWitness;

/// What operators learn of a session, and how sessions of one user give way.
class SessionEventsTest {
  private final LogWitness log = new LogWitness("popinjay.session", Level.INFO);
  private final Recorder recorder = new Recorder();
  private final ImapTestServer server =
      new ImapTestServer(Settings.DEFAULTS.events(recorder).limits("connectionsPerUserAddress", 2));

  /// Writes down what it hears.
  private static final class Recorder implements ImapEvents {
    final List<String> runs = new CopyOnWriteArrayList<>();
    final List<Summary> summaries = new CopyOnWriteArrayList<>();
    final AtomicInteger idling = new AtomicInteger();
    final AtomicInteger replaced = new AtomicInteger();

    @Override
    public void commands(ImapVerb verb, int done, int refused, long nanos) {
      assertThat(nanos).isNotNegative();
      runs.add(verb + " " + done + " " + refused);
    }

    @Override
    public void idling(int change) {
      idling.addAndGet(change);
    }

    @Override
    public void replaced() {
      replaced.incrementAndGet();
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
    try (var client = ImapTestClient.signedIn(server)) {
      client.expectOk("a SELECT INBOX");
      assertThat(client.complete("b FROB")).startsWith("BAD");
      client.expectOk("c LOGOUT");
      assertThat(client.line()).isNull();
    }
    assertThat(log.await(1))
        .singleElement(STRING)
        .matches(
            "protocol=imap session=[0-9a-z]+ user=tea address=127\\.0\\.0\\.1 seconds=\\d+"
                + " fetchedMessages=0 fetchedOctets=0 appendedMessages=0 expungedMessages=0"
                + " end=signed-off tls=none commands=3");
    assertThat(recorder.runs).containsExactly("SELECT 1 0", "UNKNOWN 0 1", "LOGOUT 1 0");
    assertThat(recorder.summaries).hasSize(1);
  }

  @Test
  void anIdlingSessionGivesWayToANewOne() throws IOException {
    try (var first = ImapTestClient.signedIn(server);
        var second = ImapTestClient.signedIn(server)) {
      first.send("a IDLE\r\n");
      assertThat(first.line()).isEqualTo("+ idling");
      Awaited.until(() -> recorder.idling.get() == 1);
      try (var third = ImapTestClient.signedIn(server)) {
        assertThat(first.line()).isEqualTo("* BYE [UNAVAILABLE] replaced by a newer connection");
        assertThat(first.line()).isNull();
        third.expectOk("b NOOP");
      }
      second.expectOk("c NOOP");
    }
    assertThat(recorder.replaced).hasValue(1);
    Awaited.until(() -> recorder.idling.get() == 0);
  }

  @Test
  void whereNobodyIsIdleTheNewOneIsRefusedAndMayAskAgain() throws IOException {
    try (var first = ImapTestClient.signedIn(server)) {
      try (var second = ImapTestClient.signedIn(server);
          var third = new ImapTestClient(server.address())) {
        assertThat(third.complete("a LOGIN tea pot")).isEqualTo("NO [LIMIT] too many connections");
        second.expectOk("b LOGOUT");
        assertThat(second.line()).isNull();
        Awaited.until(() -> recorder.summaries.size() == 1);
        third.expectOk("c LOGIN tea pot");
      }
      first.expectOk("d NOOP");
    }
  }
}
