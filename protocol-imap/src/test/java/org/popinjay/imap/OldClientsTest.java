package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.wire.transcript.NoLeaks;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;

/// What clients say that are older than IMAP4rev1. The transcripts are played in full by
/// [TranscriptTest], too.
@ExtendWith(NoLeaks.class)
class OldClientsTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");

  @Test
  void imap2Session() throws IOException {
    play("session-imap2.txt");
  }

  @Test
  void imap2bisSession() throws IOException {
    play("session-imap2bis.txt");
  }

  @Test
  void rfc1730Session() throws IOException {
    play("session-rfc1730.txt");
  }

  @Test
  void rfc2060Session() throws IOException {
    play("session-rfc2060.txt");
  }

  private static void play(String file) throws IOException {
    var transcript = Transcript.read(FOLDER.resolve(file));
    new TranscriptPlayer(FOLDER.resolve("mail"), ImapTestServer::new).play(transcript, Cut.LINES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FIND MAILBOXES *",
        "FIND ALL.MAILBOXES *",
        "FIND BBOARDS *",
        "BBOARD general",
        "SUBSCRIBE MAILBOX x",
        "UNSUBSCRIBE MAILBOX x",
        "PARTIAL 1 RFC822 1 1",
        "FETCH 1 BODY[0]",
        "FETCH 1 BODY[1.0]",
        "FETCH 1 RFC822.PEEK",
        "FETCH 1 RFC822.TEXT.PEEK",
        "FETCH 1 RFC822.HEADER.LINES (From)",
        "FETCH 1 RFC822.HEADER.LINES.NOT (From)",
        "FETCH 1 BODY.PEEK[HEADER.LINES (From)]",
        "FETCH 1 BODY.PEEK[HEADER.LINES.NOT (From)]",
        "APPEND INBOX \"17-Jul-96 02:44:25 -0700\" {1+}\r\nx",
        "APPEND INBOX \"17-Jul-1996 02:44:25 PDT\" {1+}\r\nx",
        "APPEND INBOX \"17-Jul-1996 02:44:25-PDT\" {1+}\r\nx",
      })
  void whatIsObsoleteIsUnknownWhereItIsSwitchedOff(String line) throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS.imap("obsolete", false));
        var client = ImapTestClient.signedIn(server)) {
      server.store.deliver(ImapTestServer.USER, new byte[] {'\r', '\n'});
      client.expectOk("s SELECT INBOX");
      assertThat(client.complete("a " + line)).startsWith("BAD");
    }
    try (var server = new ImapTestServer();
        var client = ImapTestClient.signedIn(server)) {
      server.store.deliver(ImapTestServer.USER, new byte[] {'\r', '\n'});
      client.expectOk("s SELECT INBOX");
      assertThat(client.complete("a " + line)).as("while it is on").doesNotStartWith("BAD");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT mail/x", "STATUS mail/x (MESSAGES)", "DELETE mail/x"})
  void withoutAliasesNamesMeanWhatTheySay(String line) throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS.imap("namePrefixAliases", List.of()));
        var client = ImapTestClient.signedIn(server)) {
      client.expectOk("s CREATE x");
      assertThat(client.complete("a " + line)).startsWith("NO [NONEXISTENT]");
    }
  }
}
