package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.transcript.Awaited;
import org.slf4j.LoggerFactory;

/// The lines that UW's imapd wrote to syslog.
class UwLinesTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("popinjay.uw");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  private List<String> said(int count) {
    Awaited.until(() -> lines.list.size() >= count);
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
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
      assertThat(said(3))
          .containsExactly(
              "Login failed user=tea auth=tea host=[127.0.0.1]",
              "Login user=tea host=[127.0.0.1]",
              "Logout user=tea host=[127.0.0.1]");
    }
  }
}
