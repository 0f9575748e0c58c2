package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.config.ByteSize;
import org.popinjay.config.ImapConfig;
import org.popinjay.wire.transcript.NoLeaks;

/// What holds for one user and for nobody else: `overrides`. In virtual time.
@ExtendWith(NoLeaks.class)
class OverridesTest {
  private final EmbeddedImap imap =
      new EmbeddedImap(
          Settings.DEFAULTS
              .override("tea", "imap", "idleTimeout", Duration.ofMinutes(35))
              .override("tea", "imap", "capabilities", Map.of("QRESYNC", ImapConfig.Switch.OFF))
              .override("tea", "imap", "literal", ImapConfig.Literal.MINUS)
              .override("tea", "limits", "appendOctets", ByteSize.ofKiB(64))
              .override("tea", "limits", "lineOctets", ByteSize.ofKiB(8)),
          Runnable::run,
          System::nanoTime);

  @AfterEach
  void close() {
    imap.close();
  }

  @Test
  void silenceIsTheUsersOwn() {
    imap.signIn();
    imap.pass(34 * 60 + 59);
    assertThat(imap.isOpen()).isTrue();
    imap.pass(1);
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void whatIsAnnouncedIsTheUsersOwnFromTheSignInOn() {
    imap.said();
    imap.say("a CAPABILITY\r\n");
    assertThat(imap.said()).contains(" LITERAL+ ").doesNotContain("LITERAL-");
    imap.say("b LOGIN tea pot\r\n");
    assertThat(imap.said())
        .contains(" LITERAL- ", "APPENDLIMIT=65536")
        .doesNotContain("QRESYNC", "LITERAL+");
    imap.say("c ENABLE QRESYNC\r\n");
    assertThat(imap.said()).doesNotContain("* ENABLED QRESYNC");
  }

  @Test
  void nobodyElseIsTouched() {
    imap.say("b LOGIN cocoa \" two words \"\r\n");
    assertThat(imap.said()).contains(" LITERAL+ ", "QRESYNC", "APPENDLIMIT=67108864");
    imap.pass(30 * 60);
    assertThat(imap.isOpen()).isFalse();
  }

  @Test
  void linesOfTheUserAreCutByHisLimit() {
    imap.signIn();
    imap.say("a NOOP " + "x".repeat(9 * 1024) + "\r\n");
    assertThat(imap.said()).startsWith("a NO [LIMIT]");
  }

  @Test
  void literalsOfTheUserAreTakenAsHeIsTold() {
    imap.signIn();
    imap.say("a CREATE {5000+}\r\n" + "x".repeat(5000) + "\r\n");
    assertThat(imap.said()).contains("a NO [LIMIT]");
  }
}
