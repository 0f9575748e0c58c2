package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.popinjay.config.ImapConfig;
import org.popinjay.mailstore.StoreTraits;

/// The lines of capabilities, as operators compare them between releases.
class AnnouncedTest {
  private static final List<String> MECHANISMS = List.of("PLAIN", "LOGIN");

  private final Announced announced =
      new Announced(ImapConfig.DEFAULTS, new StoreTraits(true, true, true), 64 << 20);

  @Test
  void beforeSignIn() {
    assertThat(String.join(" ", announced.beforeSignIn(true, false, MECHANISMS)))
        .isEqualTo("IMAP4rev1 AUTH=PLAIN AUTH=LOGIN SASL-IR ID LITERAL+ ENABLE IDLE");
  }

  @Test
  void beforeSignInWherePasswordsMayNotCome() {
    assertThat(String.join(" ", announced.beforeSignIn(false, true, List.of("SCRAM-SHA-256"))))
        .isEqualTo(
            "IMAP4rev1 STARTTLS LOGINDISABLED AUTH=SCRAM-SHA-256 SASL-IR ID LITERAL+ ENABLE IDLE");
  }

  @Test
  void afterSignIn() {
    assertThat(String.join(" ", announced.afterSignIn()))
        .isEqualTo(
            "IMAP4rev1 SASL-IR ID LITERAL+ ENABLE IDLE NAMESPACE CHILDREN UIDPLUS UNSELECT MOVE"
                + " SPECIAL-USE LIST-EXTENDED LIST-STATUS STATUS=SIZE ESEARCH WITHIN MULTIAPPEND"
                + " CONDSTORE QRESYNC APPENDLIMIT=67108864 COMPRESS=DEFLATE");
  }

  @Test
  void anEngineWithoutModSequencesHasNeitherOfTheTwo() {
    var plain = new Announced(ImapConfig.DEFAULTS, new StoreTraits(true, false, false), 1);
    assertThat(plain.afterSignIn())
        .doesNotContain("CONDSTORE", "QRESYNC")
        .contains("ENABLE", "APPENDLIMIT=1");
  }
}
