package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bulletins, and what an older server left, as clients see them.
class BulletinsTest {
  @TempDir Path folder;

  private void post(int number) throws IOException {
    post(folder, number);
  }

  /// Writes one into the folder `bulletins` below another.
  static void post(Path folder, int number) throws IOException {
    var board = Files.createDirectories(folder.resolve("bulletins"));
    Files.setPosixFilePermissions(board, PosixFilePermissions.fromString("rwxr-xr-x"));
    var file =
        Files.writeString(
            board.resolve(number + ".news"),
            "From root Thu Nov  9 22:33:52 2023\nTo: all\nSubject: news " + number + "\n\nHear!\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static List<String> tellAll(Conversation client, String line) throws IOException {
    var lines = new ArrayList<String>();
    for (var heard = client.ask(line); ; heard = client.hear()) {
      lines.add(heard);
      if (heard.startsWith("a ") || heard.equals(".")) {
        return lines;
      }
    }
  }

  @Test
  void aPop3UserGetsANewOneOnce() throws Exception {
    post(1);
    try (var served = Served.start(folder, "bulletins: { dir: bulletins, toHost: example.org }")) {
      try (var client = served.connect().signIn("tea")) {
        assertThat(client.ask("STAT")).isEqualTo("+OK 0 0");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      post(2);
      for (int i = 0; i < 2; i++) {
        try (var client = served.connect().signIn("tea")) {
          assertThat(client.ask("STAT")).startsWith("+OK 1 ");
          assertThat(tellAll(client, "RETR 1").stream().skip(1))
              .containsExactly("To: tea@example.org", "Subject: news 2", "", "Hear!", ".");
          assertThat(client.ask("QUIT")).startsWith("+OK");
        }
      }
      try (var client = served.connect().signIn("tea")) {
        assertThat(client.ask("DELE 1")).startsWith("+OK");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      try (var client = served.connect().signIn("tea")) {
        assertThat(client.ask("STAT")).isEqualTo("+OK 0 0");
      }
    }
  }

  @Test
  void imapShowsThemInAMailboxThatAllShare() throws Exception {
    post(1);
    post(2);
    try (var served = Served.start(folder, "bulletins: { dir: bulletins }");
        var client = new Conversation(served.imap())) {
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN tea kettle")).startsWith("a OK");
      assertThat(tellAll(client, "a NAMESPACE"))
          .first()
          .isEqualTo("* NAMESPACE ((\"\" \"/\")) NIL ((\"Bulletins/\" \"/\"))");
      assertThat(tellAll(client, "a LIST \"\" *"))
          .contains("* LIST (\\NoInferiors \\HasNoChildren) \"/\" Bulletins");
      assertThat(tellAll(client, "a SELECT Bulletins"))
          .contains("* 2 EXISTS", "* OK [PERMANENTFLAGS (\\Seen)] flags kept")
          .last()
          .asString()
          .startsWith("a OK [READ-ONLY]");
      assertThat(tellAll(client, "a FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]"))
          .contains("Subject: news 1")
          .anyMatch(line -> line.contains("FLAGS (\\Seen)"));
      assertThat(tellAll(client, "a STORE 2 +FLAGS (\\Deleted)")).contains("* 2 FETCH (FLAGS ())");
      assertThat(tellAll(client, "a EXPUNGE")).last().asString().startsWith("a NO [NOPERM]");
      post(3);
      assertThat(tellAll(client, "a NOOP")).contains("* 3 EXISTS");
      assertThat(tellAll(client, "a STATUS Bulletins (MESSAGES UNSEEN)"))
          .contains("* STATUS Bulletins (MESSAGES 3 UNSEEN 2)");
      assertThat(tellAll(client, "a EXAMINE Bulletins"))
          .contains("* OK [PERMANENTFLAGS ()] no flags kept");
      assertThat(tellAll(client, "a STORE 2 +FLAGS (\\Seen)"))
          .last()
          .asString()
          .startsWith("a NO [NOPERM]");
      assertThat(tellAll(client, "a SELECT INBOX")).contains("* 0 EXISTS");
    }
  }

  /// The rest of what RFC 7162, section 3.1.2.2, says of such mailboxes is in the transcripts.
  @Test
  void theyHaveNoModSequences() throws Exception {
    post(1);
    try (var served = Served.start(folder, "bulletins: { dir: bulletins }");
        var client = new Conversation(served.imap())) {
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN tea kettle")).startsWith("a OK");
      assertThat(tellAll(client, "a SELECT Bulletins (CONDSTORE)"))
          .contains("* OK [NOMODSEQ] no mod-sequences")
          .last()
          .asString()
          .startsWith("a OK [READ-ONLY]");
      for (var refused :
          List.of(
              "FETCH 1 MODSEQ",
              "UID FETCH 1 FLAGS (CHANGEDSINCE 1)",
              "SEARCH MODSEQ 1",
              "STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)")) {
        assertThat(client.ask("a " + refused)).isEqualTo("a BAD this mailbox has no mod-sequences");
      }
      assertThat(tellAll(client, "a STATUS Bulletins (HIGHESTMODSEQ)"))
          .contains("* STATUS Bulletins (HIGHESTMODSEQ 0)");
      assertThat(tellAll(client, "a STORE 1 +FLAGS (\\Seen)"))
          .containsExactly("* 1 FETCH (UID 1 FLAGS (\\Seen))", "a OK flags stored");
      assertThat(tellAll(client, "a ENABLE QRESYNC")).contains("* ENABLED QRESYNC");
      Files.delete(folder.resolve("bulletins/1.news"));
      post(2);
      assertThat(tellAll(client, "a NOOP")).startsWith("* 1 EXPUNGE", "* 1 EXISTS");
      var validity =
          tellAll(client, "a STATUS Bulletins (UIDVALIDITY)").getFirst().replaceAll("\\D", "");
      assertThat(tellAll(client, "a SELECT Bulletins (QRESYNC (" + validity + " 1))"))
          .noneMatch(line -> line.contains("VANISHED") || line.contains("FETCH"))
          .contains("* 1 EXISTS", "* OK [NOMODSEQ] no mod-sequences");
    }
  }

  @Test
  void imapDeliversThemIfWanted() throws Exception {
    try (var served =
            Served.start(folder, "bulletins: { dir: bulletins, newUserCount: 1, imap: deliver }");
        var client = new Conversation(served.imap())) {
      post(1);
      post(2);
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN tea kettle")).startsWith("a OK");
      assertThat(tellAll(client, "a NAMESPACE"))
          .first()
          .isEqualTo("* NAMESPACE ((\"\" \"/\")) NIL NIL");
      assertThat(tellAll(client, "a SELECT INBOX")).contains("* 1 EXISTS");
      assertThat(tellAll(client, "a FETCH 1 BODY.PEEK[HEADER.FIELDS (TO)]"))
          .contains("To: tea@dewey.example");
    }
  }

  @Test
  void whatAnOldServerLeftIsTakenBackAtASignIn() throws Exception {
    try (var served = Served.start(folder)) {
      var left = folder.resolve("spool/.tea.pop");
      Files.writeString(left, "From a Thu Nov  9 22:33:52 2023\nSubject: left\n\nx\n\n");
      Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-------"));
      Files.writeString(
          served.spool("tea"), "From a Fri Nov 10 22:33:52 2023\nSubject: new\n\nx\n\n");
      Files.setPosixFilePermissions(
          served.spool("tea"), PosixFilePermissions.fromString("rw-------"));
      try (var client = served.connect().signIn("tea")) {
        assertThat(client.ask("STAT")).startsWith("+OK 2 ");
        assertThat(tellAll(client, "TOP 1 0")).contains("Subject: left");
        assertThat(tellAll(client, "TOP 2 0")).contains("Subject: new");
      }
      assertThat(left).isEmptyFile();
    }
  }
}
