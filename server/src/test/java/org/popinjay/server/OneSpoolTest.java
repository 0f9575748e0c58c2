package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// POP2, POP3, IMAP and other programs at one spool: what the old servers did with a copy of it
/// happens in place, and nobody is confused.
@Timeout(180)
class OneSpoolTest {
  private static final String LISTENERS =
      """
      listeners:
        - { protocol: pop3, bind: "127.0.0.1:0" }
        - { protocol: imap, bind: "127.0.0.1:0" }
        - { protocol: pop2+pop3, bind: "127.0.0.1:0" }\
      """;

  @TempDir Path folder;
  private Served served;
  private Spool spool;

  @BeforeEach
  void start() throws Exception {
    served = Served.start(folder, LISTENERS);
    spool = Spool.write(served.spool("tea"), Spool.AWKWARD);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private Conversation pop2() throws IOException {
    var client = new Conversation(served.server().addresses().get(2));
    assertThat(client.hear()).startsWith("+");
    assertThat(client.ask("HELO tea kettle")).startsWith("#");
    return client;
  }

  private Conversation imap() throws IOException {
    var client = new Conversation(served.imap());
    client.hear();
    assertThat(lines(client, "a LOGIN tea kettle", "a ").getLast()).startsWith("a OK");
    return client;
  }

  /// The answer to a command, up to the line that begins with this.
  private static List<String> lines(Conversation client, String command, String last)
      throws IOException {
    var all = new ArrayList<String>();
    for (var line = client.ask(command); ; line = client.hear()) {
      assertThat(line).isNotEqualTo(Conversation.CLOSED);
      all.add(line);
      if (line.startsWith(last)) {
        return all;
      }
    }
  }

  private List<String> asStored(int number) {
    return new String(spool.onTheWire(number), ISO_8859_1).lines().toList();
  }

  @Test
  void theSeparatorLineIsSentByNoProtocol() throws Exception {
    var message = asStored(1);
    try (var pop3 = served.connect().signIn("tea")) {
      var said = lines(pop3, "RETR 1", ".");
      assertThat(said.subList(1, said.size() - 1)).isEqualTo(message);
      assertThat(lines(pop3, "TOP 1 0", ".")).noneMatch(line -> line.startsWith("From "));
      // Else the maildrop would be in use until the server finds the client gone.
      assertThat(pop3.ask("QUIT")).startsWith("+OK");
    }
    try (var pop2 = pop2()) {
      int octets = spool.onTheWire(1).length;
      assertThat(pop2.ask("READ 1")).startsWith("=" + octets);
      var heard = new ArrayList<>(List.of(pop2.ask("RETR")));
      while (heard.size() < message.size()) {
        heard.add(pop2.hear());
      }
      assertThat(heard).isEqualTo(message);
    }
    try (var imap = imap()) {
      lines(imap, "b EXAMINE INBOX", "b ");
      assertThat(lines(imap, "c FETCH 1 BODY.PEEK[]", "c "))
          .containsSubsequence(message)
          .noneMatch(line -> line.startsWith("From "));
    }
  }

  @Test
  void whatOneProtocolRemovesIsGoneForTheOthers() throws Exception {
    try (var imap = imap()) {
      lines(imap, "b SELECT INBOX", "b ");
      try (var pop2 = pop2()) {
        pop2.ask("READ 1");
        pop2.ask("RETR");
        for (int line = 1; line < asStored(1).size(); line++) {
          pop2.hear();
        }
        assertThat(pop2.ask("ACKD")).startsWith("=");
        assertThat(pop2.ask("QUIT")).startsWith("+");
      }
      assertThat(lines(imap, "c NOOP", "c ")).contains("* 1 EXPUNGE");
      try (var pop3 = served.connect().signIn("tea")) {
        assertThat(pop3.ask("STAT")).startsWith("+OK 6 ");
        assertThat(pop3.ask("DELE 1")).startsWith("+OK");
        assertThat(pop3.ask("QUIT")).startsWith("+OK");
      }
      assertThat(lines(imap, "d NOOP", "d ")).contains("* 1 EXPUNGE");
      lines(imap, "e STORE 1 +FLAGS.SILENT (\\Deleted)", "e ");
      lines(imap, "f EXPUNGE", "f ");
    }
    try (var pop2 = new Conversation(served.server().addresses().get(2))) {
      pop2.hear();
      assertThat(pop2.ask("HELO tea kettle")).startsWith("#4 ");
    }
    assertThat(spool.stored()).isEqualTo(Spool.AWKWARD.subList(3, 7));
  }

  @Test
  void theSpoolStaysWholeAndInPlaceDuringASession() throws Exception {
    var octets = Files.readAllBytes(spool.file());
    var inode = Files.getAttribute(spool.file(), "unix:ino");
    try (var pop3 = served.connect().signIn("tea")) {
      for (int number = 1; number <= 3; number++) {
        assertThat(pop3.ask("DELE " + number)).startsWith("+OK");
      }
      assertThat(spool.file()).hasBinaryContent(octets);
      try (var beside = Files.list(spool.file().getParent())) {
        assertThat(beside).containsExactly(spool.file());
      }
      assertThat(pop3.ask("QUIT")).contains("4 messages left");
    }
    assertThat(spool.stored()).isEqualTo(Spool.AWKWARD.subList(3, 7));
    assertThat(Files.getAttribute(spool.file(), "unix:ino")).isEqualTo(inode);
  }

  @Test
  void aSessionThatEndsWithoutQuitRemovesNothing() throws Exception {
    var octets = Files.readAllBytes(spool.file());
    try (var pop3 = served.connect().signIn("tea")) {
      assertThat(pop3.ask("DELE 1")).startsWith("+OK");
      assertThat(pop3.ask("DELE 2")).startsWith("+OK");
    }
    try (var pop3 = served.signInOnceFree("tea")) {
      assertThat(pop3.ask("STAT")).startsWith("+OK 7 ");
    }
    assertThat(spool.file()).hasBinaryContent(octets);
  }

  @Test
  void anotherMailProgramConfusesNoSession() throws Exception {
    try (var pop3 = served.connect().signIn("tea")) {
      var fifth = pop3.ask("LIST 5");
      var sizes = IntStream.of(1, 2, 5, 6).mapToObj(i -> Spool.AWKWARD.get(i - 1)).toList();
      // Another program removes 3, 4 and 7 by writing the file anew, and mail arrives.
      Spool.write(spool.file(), sizes).deliver("new\n");
      assertThat(pop3.ask("STAT")).startsWith("+OK 7 ");
      assertThat(pop3.ask("LIST 5")).isEqualTo(fifth);
      var said = lines(pop3, "RETR 6", ".");
      assertThat(said.stream().skip(1).limit(asStored(6).size()).collect(Collectors.toList()))
          .isEqualTo(asStored(6));
      assertThat(pop3.ask("RETR 3")).startsWith("-ERR [SYS/TEMP]");
      assertThat(pop3.ask("DELE 2")).startsWith("+OK");
      assertThat(pop3.ask("DELE 4")).startsWith("+OK");
      assertThat(pop3.ask("QUIT")).startsWith("+OK");
    }
    assertThat(spool.stored())
        .containsExactly(
            Spool.AWKWARD.get(0),
            Spool.AWKWARD.get(4),
            Spool.AWKWARD.get(5),
            Spool.message(5, "new\n"));
  }
}
