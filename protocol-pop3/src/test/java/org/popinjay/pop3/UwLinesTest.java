package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.wire.transcript.LogWitness;

/// The lines that UW's ipop3d and ipop2d wrote to syslog.
class UwLinesTest {
  private final LogWitness log = new LogWitness("popinjay.uw", Level.INFO);

  @AfterEach
  void stop() {
    log.close();
  }

  private static void deliver(Pop3TestServer server) {
    for (var subject : List.of("one", "two", "three")) {
      server.store.deliver("tea", ("Subject: " + subject + "\n\ntext\n").getBytes(US_ASCII));
    }
  }

  @Test
  void aPop3SessionHasThreeLines() throws IOException {
    try (var server = new Pop3TestServer()) {
      deliver(server);
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.signIn();
        client.ask("RETR 2");
        client.upToDot();
        client.ask("DELE 3");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      assertThat(log.await(3))
          .containsExactly(
              "Login user=tea host=[127.0.0.1] nmsgs=3/3",
              "Update user=tea host=[127.0.0.1] nmsgs=2 ndele=1 nseen=1",
              "Logout user=tea host=[127.0.0.1]");
    }
  }

  @Test
  void aLineThatIsLostUpdatesNothing() throws IOException {
    try (var server = new Pop3TestServer()) {
      deliver(server);
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.signIn();
        client.ask("DELE 3");
      }
      assertThat(log.await(2))
          .containsExactly(
              "Login user=tea host=[127.0.0.1] nmsgs=3/3",
              "Unexpected client disconnect, while reading line user=tea host=[127.0.0.1]");
    }
  }

  @Test
  void aPop2SessionHasTwoLines() throws IOException {
    try (var server =
        Pop3TestServer.pop2(Settings.DEFAULTS, null, LegacyConfig.DEFAULTS, Responses.UW)) {
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        assertThat(client.ask("HELO tea pot")).startsWith("#");
        assertThat(client.ask("QUIT")).startsWith("+");
      }
      assertThat(log.await(2))
          .containsExactly("Login user=tea host=[127.0.0.1]", "Logout user=tea host=[127.0.0.1]");
    }
  }

  @Test
  void whoDoesNotGetInIsNamedInWordsThatCannotPassForOthers() throws IOException {
    try (var server = new Pop3TestServer()) {
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("USER tea");
        client.ask("PASS wrong");
        // x host=[192.0.2.7] "y\
        client.ask("AUTH PLAIN AHggaG9zdD1bMTkyLjAuMi43XSAieVwAd3Jvbmc=");
      }
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        // cocoa for tea, with the password " two words "
        client.ask("AUTH PLAIN dGVhAGNvY29hACB0d28gd29yZHMg");
      }
      assertThat(log.await(3))
          .containsExactly(
              "Login failed user=tea auth=tea host=[127.0.0.1]",
              "Login failed"
                  + " user=x\\x20host\\x3d[192.0.2.7]\\x20\\\"y\\\\"
                  + " auth=x\\x20host\\x3d[192.0.2.7]\\x20\\\"y\\\\"
                  + " host=[127.0.0.1]",
              "Login failed user=tea auth=cocoa host=[127.0.0.1]");
    }
  }
}
