package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What mail programs of popper's days say (RFC 1081, RFC 1082, popper's own commands), to the port
/// of POP3 and to that of POP2, which was the one that some of them called.
class OldMailProgramsTest {
  private static final String LISTENERS =
      """
      listeners:
        - { protocol: pop3, bind: "127.0.0.1:0", responses: popper }
        - { protocol: pop2+pop3, bind: "127.0.0.1:0", responses: popper }\
      """;

  private static final String MAIL =
      """
      From ann@example.org Thu Nov  9 22:33:52 2023
      Subject: one
      Message-ID: <1@example.org>

      text

      From bob@example.org Thu Nov  9 22:34:52 2023
      Subject: two
      Message-ID: <2@example.org>

      .dot

      """;

  @TempDir Path folder;

  private Served served() throws Exception {
    var program = folder.resolve("sendmail");
    Files.writeString(program, "#!/bin/sh\ncat >'" + folder + "/sent'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    var served =
        Served.start(
            folder.resolve("server"),
            LISTENERS,
            "xtnd: { xmit: { enabled: true, command: [" + program + "] } }");
    Files.writeString(served.spool("tea"), MAIL);
    return served;
  }

  private static List<String> upToDot(Conversation client) throws IOException {
    var lines = new ArrayList<String>();
    for (var line = client.hear(); !line.equals("."); line = client.hear()) {
      lines.add(line);
    }
    return lines;
  }

  /// HyperMail and mh 6: what is new by LAST, each message fetched and deleted, mail sent by XMIT.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void mailIsFetchedDeletedAndSentOnEitherPort(int port) throws Exception {
    try (var served = served();
        var client = new Conversation(served.server().addresses().get(port))) {
      assertThat(client.hear()).startsWith("+OK");
      assertThat(client.ask("USER tea")).isEqualTo("+OK Password required for tea.");
      assertThat(client.ask("PASS kettle")).startsWith("+OK tea has 2 message(s) (");
      assertThat(client.ask("STAT")).startsWith("+OK 2 ");
      assertThat(client.ask("LAST")).isEqualTo("+OK 0 is the last message seen.");
      assertThat(client.ask("LIST 2")).startsWith("+OK 2 ");
      assertThat(client.ask("RETR 2")).startsWith("+OK ");
      assertThat(upToDot(client))
          .containsExactly("Subject: two", "Message-ID: <2@example.org>", "", "..dot");
      assertThat(client.ask("LAST")).isEqualTo("+OK 2 is the last message seen.");
      assertThat(client.ask("DELE 2")).isEqualTo("+OK Message 2 has been deleted.");
      assertThat(client.ask("RSET")).startsWith("+OK Maildrop has 2 messages (");
      assertThat(client.ask("LAST")).isEqualTo("+OK 0 is the last message seen.");
      assertThat(client.ask("DELE 1")).isEqualTo("+OK Message 1 has been deleted.");
      assertThat(client.ask("XTND XMIT")).isEqualTo("+OK Start sending message.");
      assertThat(client.ask("To: ann@example.org\r\n\r\nhello\r\n."))
          .isEqualTo("+OK Message sent successfully");
      assertThat(client.ask("QUIT")).isEqualTo("+OK Pop server at dewey.example signing off.");
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
      assertThat(folder.resolve("sent")).content().isEqualTo("To: ann@example.org\n\nhello\n");
      assertThat(served.spool("tea")).content().contains("Subject: two").doesNotContain("one");
    }
  }

  /// MacMH: RPOP is tried and refused, and a list of subjects shown before anything is fetched.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void headersAreListedOnEitherPort(int port) throws Exception {
    try (var served = served();
        var client = new Conversation(served.server().addresses().get(port))) {
      assertThat(client.hear()).startsWith("+OK");
      assertThat(client.ask("USER tea")).startsWith("+OK");
      assertThat(client.ask("RPOP tea")).isEqualTo("-ERR RPOP is not supported");
      assertThat(client.ask("USER tea")).startsWith("+OK");
      assertThat(client.ask("PASS kettle")).startsWith("+OK tea has 2 message(s) (");
      assertThat(client.ask("XTND XLST Subject")).startsWith("+OK xlst command accepted");
      assertThat(upToDot(client)).containsExactly("1 Subject: one", "2 Subject: two");
      assertThat(client.ask("XTND XLIST Message-ID 2")).startsWith("+OK xlst command accepted");
      assertThat(upToDot(client)).containsExactly("2 Message-ID: <2@example.org>");
      assertThat(client.ask("TOP 1 0")).startsWith("+OK");
      assertThat(upToDot(client))
          .containsExactly("Subject: one", "Message-ID: <1@example.org>", "");
      assertThat(client.ask("QUIT")).startsWith("+OK");
    }
  }
}
