package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.LogConfig.Statistics;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.posix.Accounts;
import org.popinjay.wire.transcript.LogWitness;
import org.popinjay.wire.transcript.RecordCopy;

/// The line that popper wrote with `-s`: `Stats: user deleted octets left octets`.
class StatisticsLineTest {
  private static final byte[] ONE = "Subject: one\n\ntext\n".getBytes(US_ASCII);
  private static final byte[] TWO = "Subject: two\n\ntext and more\n".getBytes(US_ASCII);

  private final LogWitness log = new LogWitness("popinjay.stats", Level.INFO);

  @AfterEach
  void stop() {
    log.close();
  }

  private static Settings saying(Statistics statistics) {
    return Settings.DEFAULTS.config(
        RecordCopy.changed(Settings.DEFAULTS.config(), "log", "statistics", statistics));
  }

  @Test
  void theFiguresAreThoseOfTheSpoolAfterwards(@TempDir Path folder) throws IOException {
    var mail = TestMail.spool(folder);
    try (var server = new Pop3TestServer(saying(Statistics.ON), mail)) {
      mail.fill(
          "From a Sun Jan  1 00:00:00 2023\n%s\nFrom a Sun Jan  1 00:00:00 2023\n%s\n"
              .formatted(new String(ONE, US_ASCII), new String(TWO, US_ASCII))
              .getBytes(US_ASCII));
      converse(server, "DELE 2", "QUIT");
      var left = mail.messages();
      assertThat(said())
          .isEqualTo(
              "Stats: tea 1 31 %d %d"
                  .formatted(left.size(), left.stream().mapToInt(one -> one.length).sum()))
          .matches("^Stats: (\\S+) (\\d+) (\\d+) (\\d+) (\\d+)$");
    }
  }

  @Test
  void whatAnotherRemovedMeanwhileIsNotCounted() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.ON))) {
      server.store.deliver("tea", ONE);
      server.store.deliver("tea", TWO);
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.signIn();
        client.ask("DELE 1");
        client.ask("DELE 2");
        server.store.removeBehindTheBack("tea", 1);
        client.ask("QUIT");
      }
      assertThat(said()).isEqualTo("Stats: tea 1 31 0 0");
    }
  }

  @Test
  void theFiguresAreThoseOfTheMaildropThatWasLeftForABoard(@TempDir Path folder)
      throws IOException {
    var mail = TestMail.withBoards(folder);
    try (var server = new Pop3TestServer(saying(Statistics.ON), mail)) {
      mail.fill(
          "From a Sun Jan  1 00:00:00 2023\n%s\nFrom a Sun Jan  1 00:00:00 2023\n%s\n"
              .formatted(new String(ONE, US_ASCII), new String(TWO, US_ASCII))
              .getBytes(US_ASCII));
      mail.prepare("posts news two.mbox");
      converse(server, "DELE 2", "XTND BBOARDS news", "RETR 1", "DELE 1", "DELE 2", "QUIT");
      assertThat(said()).isEqualTo("Stats: tea 1 31 1 22");
    }
  }

  @Test
  void aLostConnectionRemovedNothing() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.ON))) {
      server.store.deliver("tea", ONE);
      server.store.deliver("tea", TWO);
      converse(server, "RETR 1", "DELE 1", "DELE 2");
      assertThat(said()).isEqualTo("Stats: tea 0 0 2 53");
    }
  }

  @Test
  void anUpdateThatFailedRemovedNothing() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.ON))) {
      server.store.deliver("tea", ONE);
      server.store.failNext(Operation.COMMIT, new StoreFailure.NoSpace("test"));
      converse(server, "DELE 1", "QUIT");
      assertThat(said()).isEqualTo("Stats: tea 0 0 1 22");
    }
  }

  /// The left are those of the mailbox that was opened last; sizes are those of STAT, whatever POP2
  /// adds to them on the wire.
  @Test
  void aSessionOfPop2HasTheSameLine(@TempDir Path folder) throws IOException {
    var mail = TestMail.spool(folder);
    try (var server =
        Pop3TestServer.pop2(saying(Statistics.ON), mail, LegacyConfig.DEFAULTS, Responses.UW)) {
      mail.fill(
          "From a Sun Jan  1 00:00:00 2023\n%s\nFrom a Sun Jan  1 00:00:00 2023\n%s\n"
              .formatted(new String(ONE, US_ASCII), new String(TWO, US_ASCII))
              .getBytes(US_ASCII));
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        assertThat(client.ask("HELO tea pot")).startsWith("#2 ");
        var size = client.ask("READ 2");
        client.send("RETR\r\n");
        client.octets(Integer.parseInt(size, 1, size.indexOf(' '), 10));
        assertThat(client.ask("ACKD")).startsWith("=0 ");
        assertThat(client.ask("QUIT")).startsWith("+");
      }
      assertThat(said()).isEqualTo("Stats: tea 1 31 1 22");
    }
  }

  @Test
  void aLostConnectionOfPop2RemovedNothing(@TempDir Path folder) throws IOException {
    var mail = TestMail.spool(folder);
    try (var server =
        Pop3TestServer.pop2(
            saying(Statistics.ON), mail, LegacyConfig.DEFAULTS, Responses.POPINJAY)) {
      mail.fill(
          "From a Sun Jan  1 00:00:00 2023\n%s\n"
              .formatted(new String(ONE, US_ASCII))
              .getBytes(US_ASCII));
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("HELO tea pot");
        client.ask("READ 1");
        client.send("RETR\r\n");
        client.octets(22);
        assertThat(client.ask("ACKD")).startsWith("=0 ");
      }
      assertThat(said()).isEqualTo("Stats: tea 0 0 1 22");
    }
  }

  @Test
  void whatPop2RemovedOfAFolderIsCountedThoughNotAllCouldBe() throws IOException {
    try (var server =
        Pop3TestServer.pop2(
            saying(Statistics.ON), null, LegacyConfig.DEFAULTS, Responses.POPINJAY)) {
      var old = new MailboxName("old");
      var account = server.store.account(new AccountOwner("tea", Accounts.own(), null));
      done(account.create(old, false, null));
      for (var message : List.of(ONE, TWO, ONE)) {
        server.store.deliver("tea", old, message);
      }
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("HELO tea pot");
        assertThat(client.ask("FOLD old")).startsWith("#3 ");
        for (int number = 1; number <= 2; number++) {
          var size = client.ask("READ " + number);
          client.send("RETR\r\n");
          client.octets(Integer.parseInt(size, 1, size.indexOf(' '), 10));
          client.ask("ACKD");
        }
        try (var mailbox = done(account.open(old));
            var another = done(mailbox.view(Access.WRITE))) {
          assertThat(done(another.expunge(new int[] {1}))).isEqualTo(1);
        }
        assertThat(client.ask("QUIT")).isEqualTo("- [SYS/TEMP] some deleted messages not removed");
      }
      assertThat(said()).startsWith("Stats: tea 1 31 ");
      assertThat(server.store.messages("tea", old)).hasSize(1);
    }
  }

  private static <T> T done(StoreResult<T> result) {
    if (result instanceof StoreResult.Done<T>(T value)) {
      return value;
    }
    throw new AssertionError(result);
  }

  @Test
  void theExtendedLineEndsWithNameAndAddress() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.EXTENDED))) {
      converse(server, "QUIT");
      assertThat(said()).isEqualTo("Stats: tea 0 0 0 0 127.0.0.1 127.0.0.1");
    }
  }

  @Test
  void nobodyIsCountedWhoDidNotSignIn() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.ON))) {
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("USER tea");
        client.ask("PASS wrong");
        client.ask("QUIT");
      }
      server.settle();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void nothingIsSaidUnlessItIsSwitchedOn() throws IOException {
    try (var server = new Pop3TestServer(saying(Statistics.OFF))) {
      converse(server, "QUIT");
      server.settle();
      assertThat(log.lines()).isEmpty();
    }
  }

  private static void converse(Pop3TestServer server, String... commands) throws IOException {
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
      for (var command : List.of(commands)) {
        client.ask(command);
        if (command.startsWith("RETR") || command.startsWith("XTND")) {
          client.upToDot();
        }
      }
    }
  }

  private String said() {
    assertThat(log.await(1)).hasSize(1).isEqualTo(log.lines(Level.INFO));
    return log.lines().getFirst();
  }
}
