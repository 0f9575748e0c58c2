package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The message that UW imapd keeps in front of a mailbox: "DON'T DELETE THIS MESSAGE -- FOLDER
/// INTERNAL DATA".
class PseudoMessageTest {
  private static final String PSEUDO =
      """
      From MAILER-DAEMON Thu Nov  9 22:33:52 2023
      Date: 09 Nov 2023 22:33:52 +0000
      From: Mail System Internal Data <MAILER-DAEMON@pot>
      Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA
      Message-ID: <1699569232@pot>
      X-IMAP: 1699569232 0000000007
      Status: RO

      This text is part of the internal format of your mail folder, and is not
      a real message.

      """;
  private static final String MAIL =
      """
      From a@example.org Fri Nov 10 08:00:00 2023
      From: a@example.org
      Subject: real
      X-UID: 7
      Status: RO

      text

      """;

  @TempDir Path folder;

  @Test
  void isHiddenInBothProtocolsAndKeptInTheFile() throws Exception {
    Files.createDirectories(folder.resolve("spool"));
    try (var served = Served.start(folder)) {
      var spool = Files.writeString(served.spool("tea"), PSEUDO + MAIL, ISO_8859_1);
      try (var pop3 = served.connect().signIn("tea")) {
        assertThat(pop3.ask("STAT")).startsWith("+OK 1 ");
        assertThat(pop3.ask("TOP 1 0")).startsWith("+OK");
        var header = new StringBuilder();
        for (var line = pop3.hear(); !line.equals("."); line = pop3.hear()) {
          header.append(line).append('\n');
        }
        assertThat(header).contains("Subject: real").doesNotContain("INTERNAL DATA", "X-IMAP");
        pop3.ask("QUIT");
      }
      try (var imap = new Conversation(served.imap())) {
        imap.hear();
        imap.ask("a LOGIN tea kettle");
        imap.ask("b STATUS INBOX (MESSAGES UIDVALIDITY UIDNEXT)");
        imap.hear();
        assertThat(imap.ask("c SELECT INBOX")).startsWith("* FLAGS");
        for (var line = imap.hear(); !line.startsWith("c "); line = imap.hear()) {
          assertThat(line).doesNotMatch("\\* [2-9] EXISTS").doesNotContain("UIDNEXT 2]");
        }
        assertThat(imap.ask("d SEARCH SUBJECT \"INTERNAL DATA\"")).isEqualTo("* SEARCH");
        imap.hear();
        assertThat(imap.ask("e UID FETCH 1:* (UID)")).isEqualTo("* 1 FETCH (UID 7)");
        imap.hear();
        imap.ask("f STORE 1 +FLAGS.SILENT (\\Deleted)");
        assertThat(imap.ask("g EXPUNGE")).isEqualTo("* 1 EXPUNGE");
        assertThat(imap.hear()).startsWith("g OK");
        imap.ask("h LOGOUT");
      }
      // Other programs find it in front, though the mailbox is empty now.
      assertThat(Files.readString(spool, ISO_8859_1))
          .startsWith("From MAILER-DAEMON ")
          .contains("\nX-IMAP: 1699569232 0000000007\n")
          .doesNotContain("Subject: real");
    }
  }
}
