package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.transcript.LogWitness;

/// The lines that UW's imapd wrote to syslog.
class UwLinesTest {
  private final LogWitness log = new LogWitness("popinjay.uw", Level.INFO);

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  void aSessionHasTwoLines() throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS)) {
      try (var client = new ImapTestClient(server.address())) {
        assertThat(client.complete("a LOGIN tea wrong")).startsWith("NO");
        client.expectOk("b LOGIN tea pot");
        client.expectOk("c SELECT INBOX");
        client.expectOk("d LOGOUT");
      }
      assertThat(log.await(3))
          .containsExactly(
              "Login failed user=tea auth=tea host=[127.0.0.1]",
              "Login user=tea host=[127.0.0.1]",
              "Logout user=tea host=[127.0.0.1]");
    }
  }
}
