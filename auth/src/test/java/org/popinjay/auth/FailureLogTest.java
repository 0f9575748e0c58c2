package org.popinjay.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("popinjay.auth");
  private long now;
  private final FailureLog log = new FailureLog(() -> now);

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
  }

  @Test
  void aFailureIsOneLineOfAFixedForm() {
    log.denied(origin("192.0.2.7", "pop3", "PLAIN"), "bob", AuthEvents.BAD_PASSWORD);
    assertThat(lines())
        .containsExactly(
            "sign-in failed user=\"bob\" address=192.0.2.7 protocol=pop3 mechanism=PLAIN"
                + " reason=bad-password");
    assertThat(appender.list.getFirst().getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void aBackendFaultIsAnErrorWithDetails() {
    log.unavailable(
        origin("2001:db8::1", "imap", "LOGIN"), "bob", AuthEvents.BACKEND, "EIO \"x\"\n");
    assertThat(lines())
        .containsExactly(
            "sign-in not possible user=\"bob\" address=2001:db8:0:0:0:0:0:1 protocol=imap"
                + " mechanism=LOGIN reason=backend detail=\"EIO \\\"x\\\"\\n\"");
    assertThat(appender.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void aNameCannotForgeALine() {
    log.denied(
        origin("192.0.2.7", "pop3", "USER"),
        "x\" address=10.0.0.1 reason=y\r\nsign-in failed user=\"z\u001b[2J{}",
        AuthEvents.BAD_NAME);
    assertThat(lines())
        .containsExactly(
            "sign-in failed user=\"x\\\" address=10.0.0.1 reason=y\\r\\nsign-in failed user=\\\"z"
                + "\\x1b[2J{}\" address=192.0.2.7 protocol=pop3 mechanism=USER reason=bad-name");
  }

  @Test
  void aLongNameIsCut() {
    log.denied(origin("192.0.2.7", "pop3", "USER"), "x".repeat(10_000), AuthEvents.BAD_NAME);
    assertThat(lines().getFirst()).hasSizeLessThan(400).endsWith("reason=bad-name");
  }

  @Test
  void equalLinesAreSummed() {
    for (int i = 0; i < 250; i++) {
      log.denied(origin("192.0.2.7", "pop3", "USER"), "bob", AuthEvents.BAD_PASSWORD);
    }
    log.denied(origin("192.0.2.8", "pop3", "USER"), "bob", AuthEvents.BAD_PASSWORD);
    assertThat(lines()).hasSize(4);
    assertThat(lines().get(1)).endsWith("reason=bad-password count=100");
    assertThat(lines().get(2)).endsWith("reason=bad-password count=200");
    assertThat(lines().get(3)).contains("192.0.2.8").endsWith("reason=bad-password");
    now = Duration.ofMinutes(10).toNanos() + 1;
    log.denied(origin("192.0.2.7", "pop3", "USER"), "bob", AuthEvents.BAD_PASSWORD);
    assertThat(lines()).hasSize(5);
  }

  @Test
  void severalListenersHearTheSame() {
    AuthEvents.all(List.of(log, new FailureLog(() -> now)))
        .denied(origin("192.0.2.7", "pop3", "USER"), "bob", AuthEvents.BAD_PASSWORD);
    assertThat(lines()).hasSize(2);
  }

  private List<String> lines() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static Origin origin(String address, String protocol, String mechanism) {
    try {
      return new Origin(InetAddress.getByName(address), protocol, mechanism);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
