package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.wire.transcript.NoLeaks;

/// The extensions of popper and of RFC 1082, beyond what transcripts show.
@ExtendWith(NoLeaks.class)
class XtndTest {

  private static Pop3TestClient signedIn(Pop3TestServer server) throws IOException {
    var client = new Pop3TestClient(server.address());
    client.line();
    assertThat(client.signIn()).startsWith("+OK");
    return client;
  }

  private static String xlst(Pop3TestClient client, String arguments) throws IOException {
    assertThat(client.ask("XTND XLST " + arguments)).startsWith("+OK");
    return client.upToDot();
  }

  @Test
  void fieldsThatKeepBooksForTheSpoolAreNotListed(@TempDir Path folder) throws IOException {
    var mail = TestMail.spool(folder);
    mail.fill(
        """
        From tea Sun Jan  1 00:00:00 2023
        X-UID: 7
        Status: RO
        Subject: one
        X-Keywords: $Forwarded

        text

        """
            .getBytes(ISO_8859_1));
    try (var server = new Pop3TestServer(Settings.DEFAULTS, mail);
        var client = signedIn(server)) {
      for (var hidden : new String[] {"Status", "X-UID", "X-Keywords"}) {
        assertThat(xlst(client, hidden)).as(hidden).isEmpty();
      }
      assertThat(xlst(client, "Subject")).isEqualTo("1 Subject: one\r\n");
    }
  }

  @Test
  void longFieldsAndManyMessagesAreListedWhole() throws IOException {
    try (var server = new Pop3TestServer()) {
      var folds = " 0123456789012345678901234567890123456789\r\n".repeat(5000);
      for (int i = 0; i < 20; i++) {
        var fill = "X-Fill: " + "x".repeat(4096 - 20 + i) + "\r\n";
        server.store.deliver(
            "tea", (fill + "References: a\r\n" + folds + "\r\ntext\r\n").getBytes(ISO_8859_1));
      }
      try (var client = signedIn(server)) {
        var expected = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
          expected.append(i).append(" References: a\r\n").append(folds);
        }
        assertThat(xlst(client, "references")).isEqualTo(expected.toString());
        assertThat(client.ask("LAST")).isEqualTo("+OK 0");
      }
    }
  }

  @Test
  void anOctetThatIsNoTextComesAsInRetr() throws IOException {
    try (var server = new Pop3TestServer()) {
      server.store.deliver("tea", "Subject: a\0b\u00ff\n\n".getBytes(ISO_8859_1));
      try (var client = signedIn(server)) {
        assertThat(client.ask("TOP 1 0")).isEqualTo("+OK");
        var top = client.upToDot();
        assertThat(xlst(client, "subject 1"))
            .isEqualTo("1 " + top.lines().findFirst().get() + "\r\n");
      }
    }
  }

  @Test
  void aMessageThatIsGoneHasNoFieldsAndOneThatBreaksOffEndsTheSession() throws IOException {
    try (var server = new Pop3TestServer()) {
      server.store.deliver("tea", "Subject: one\n\n".getBytes(ISO_8859_1));
      server.store.deliver("tea", "Subject: two\n\n".getBytes(ISO_8859_1));
      try (var client = signedIn(server)) {
        server.store.failNext(Operation.CONTENT, new StoreFailure.Gone("test"));
        assertThat(xlst(client, "subject")).isEqualTo("2 Subject: two\r\n");
        server.store.failNext(Operation.READ, new StoreFailure.Broken("test"));
        assertThat(client.ask("XTND XLST subject")).startsWith("+OK");
        assertThat(client.line()).isNull();
      }
    }
  }
}
