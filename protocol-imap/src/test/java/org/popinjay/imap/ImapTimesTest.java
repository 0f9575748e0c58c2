package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.wire.transcript.NoLeaks;

/// How long a client may take, and what it hears meanwhile, in a time that the test passes.
@ExtendWith(NoLeaks.class)
class ImapTimesTest {
  private final EmbeddedImap imap = new EmbeddedImap(Runnable::run);

  @AfterEach
  void close() {
    imap.close();
  }

  @Test
  void signInHasAMinuteInAll() {
    for (int second = 1; second < 60; second++) {
      imap.pass(1);
      imap.say("a NOOP\r\n");
    }
    assertThat(imap.isOpen()).isTrue();
    imap.said();
    imap.pass(1);
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] sign-in took too long\r\n");
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void aSessionMayBeSilentForHalfAnHour() {
    imap.signIn();
    imap.pass(29 * 60 + 59);
    assertThat(imap.isOpen()).isTrue();
    assertThat(imap.said()).isEmpty();
    imap.pass(1);
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] idle too long\r\n");
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void anIdlingClientIsNeverSentAwayButHearsABeat() {
    imap.signIn();
    imap.say("a IDLE\r\n");
    assertThat(imap.said()).isEqualTo("+ idling\r\n");
    int beats = 0;
    for (int minute = 0; minute < 180; minute++) {
      imap.pass(60);
      var heard = imap.said();
      assertThat(heard).isIn("", "* OK still here\r\n");
      beats += heard.isEmpty() ? 0 : 1;
    }
    // 270 seconds, a tenth more or less by address.
    assertThat(beats).isBetween(36, 44);
    imap.say("DONE\r\n");
    assertThat(imap.said()).isEqualTo("a OK IDLE completed\r\n");
  }

  @Test
  void newsTakesThePlaceOfABeat() {
    imap.signIn();
    imap.say("a SELECT INBOX\r\nb IDLE\r\n");
    imap.said();
    int beats = 0;
    for (int minute = 0; minute < 180; minute++) {
      imap.store().deliver("tea", "Subject: news\n\n".getBytes(ISO_8859_1));
      imap.run();
      assertThat(imap.said()).startsWith("* " + (minute + 1) + " EXISTS\r\n");
      imap.pass(60);
      beats += imap.said().isEmpty() ? 0 : 1;
    }
    assertThat(beats).isZero();
  }

  @Test
  void thereAreNoBeatsBehindDone() {
    imap.signIn();
    imap.say("a IDLE\r\nDONE\r\n");
    imap.said();
    imap.pass(29 * 60);
    assertThat(imap.said()).isEmpty();
  }

  @Test
  void aFrameThatDoesNotGrowIsTheEnd() {
    imap.signIn();
    imap.say("a SELECT IN");
    imap.pass(29);
    assertThat(imap.isOpen()).isTrue();
    imap.pass(32);
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void theEndOfTheServerIsTold() {
    imap.signIn();
    imap.say("a IDLE\r\n");
    imap.said();
    imap.shutDown();
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down\r\n");
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void whoWaitsForNewsIsToldOfTheEndALittleLater() {
    imap.signIn();
    imap.say("a IDLE\r\n");
    imap.said();
    imap.shutDown(Duration.ofSeconds(5));
    imap.pass(4);
    assertThat(imap.said()).isEmpty();
    imap.pass(1);
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down\r\n");
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void noCommandIsBegunOnceTheServerStops() {
    imap.signIn();
    imap.say("a IDLE\r\n");
    imap.said();
    imap.shutDown(Duration.ofSeconds(5));
    imap.say("DONE\r\nb CREATE new\r\n");
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down\r\n");
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void whoDoesNotIdleIsToldOfTheEndAtOnce() {
    imap.signIn();
    imap.shutDown(Duration.ofSeconds(5));
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down\r\n");
  }

  @Test
  void theEndOfTheServerIsToldBeforeSignInToo() {
    imap.said();
    imap.shutDown();
    assertThat(imap.said()).isEqualTo("* BYE [UNAVAILABLE] server is shutting down\r\n");
  }
}
