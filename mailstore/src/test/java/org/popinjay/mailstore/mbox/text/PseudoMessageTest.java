package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That the scanner recognises what is printed here is tested with [MboxScannerTest].
class PseudoMessageTest {

  @Test
  void printsAllMarks() {
    var base = new ImapBase(1, 2, List.of("work"));
    var now = Instant.ofEpochSecond(1699569232L);
    String message =
        new String(PseudoMessage.print(base, now, ZoneOffset.UTC, "pot.example"), US_ASCII);
    assertThat(message)
        .startsWith(
            """
            From MAILER-DAEMON Thu Nov  9 22:33:52 2023
            Date: Thu, 9 Nov 2023 22:33:52 GMT
            From: Mail System Internal Data <MAILER-DAEMON@pot.example>
            Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA
            Message-ID: <1699569232@pot.example>
            X-IMAP: 0000000001 0000000002 work
            Status: RO

            """)
        .endsWith("\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "Mail System Internal Data <MAILER-DAEMON@pot>, true",
    "mailer-daemon, true",
    "MAILER-DAEMON@pot, true",
    "MAILER-DAEMON <mallory@pot>, false",
    "'', false",
    "'>MAILER-DAEMON<', false",
  })
  void knowsItsSender(String from, boolean expected) {
    assertThat(PseudoMessage.isMailerDaemon(from)).isEqualTo(expected);
  }
}
