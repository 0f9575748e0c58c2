package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.wire.transcript.NoLeaks;

/// What becomes of subscriptions when a mailbox is renamed (RFC 9051, section 6.3.6).
@ExtendWith(NoLeaks.class)
class RenamedSubscriptionsTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"false, '[Old, Old/Sub, Older]'", "true, '[New, New/Sub, Older]'"})
  void theyGoAlongWhereTheSettingsSaySo(boolean moving, String names) {
    var settings = Settings.DEFAULTS.imap("renameSubscriptions", moving);
    try (var imap = new EmbeddedImap(settings, Runnable::run)) {
      imap.signIn();
      imap.say("a CREATE Old/Sub\r\na CREATE Old\r\na CREATE Older\r\n");
      imap.say("a SUBSCRIBE Old\r\na SUBSCRIBE Old/Sub\r\na SUBSCRIBE Older\r\n");
      imap.say("a RENAME Old New\r\n");
      assertThat(imap.said()).endsWith("a OK RENAME completed\r\n");
      imap.say("b LIST (SUBSCRIBED) \"\" *\r\n");
      assertThat(imap.said().lines().filter(line -> line.startsWith("* LIST")))
          .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
          .filteredOn(name -> !name.equals("INBOX"))
          .hasToString(names);
    }
  }
}
