package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.LegacyConfig.StatusHeader;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.posix.Accounts;
import org.popinjay.wire.LimitWitness;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.NoLeaks;

/// POP2 octet by octet, and over mailboxes besides INBOX (RFC 937).
@ExtendWith(NoLeaks.class)
class Pop2SessionTest {
  private static final LegacyConfig SYNTHESIZED =
      new LegacyConfig(StatusHeader.SYNTHESIZE, Optional.empty(), false, false);

  private final LimitWitness witness = new LimitWitness();
  private @Nullable Pop3TestServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    witness.close();
  }

  private Pop3TestServer serve(LegacyConfig legacy, Responses profile) {
    return serve(Settings.DEFAULTS.sessions(witness), null, legacy, profile);
  }

  private Pop3TestServer serve(
      Settings settings, @Nullable TestMail mail, LegacyConfig legacy, Responses profile) {
    var made = Pop3TestServer.pop2(settings, mail, legacy, profile);
    server = made;
    return made;
  }

  private Pop3TestServer serve() {
    return serve(LegacyConfig.DEFAULTS, Responses.POPINJAY);
  }

  private static Pop3TestClient signedIn(Pop3TestServer server) throws IOException {
    var client = new Pop3TestClient(server.address());
    assertThat(client.line()).isEqualTo("+ POP2 dewey server ready");
    assertThat(client.ask("HELO tea pot")).startsWith("#");
    return client;
  }

  /// What is announced, then exactly so many octets, and then an answer again.
  private static String fetch(Pop3TestClient client, int number) throws IOException {
    var size = client.ask("READ " + number);
    assertThat(size).startsWith("=");
    client.send("RETR\r\n");
    var text = client.octets(Integer.parseInt(size, 1, size.indexOf(' '), 10));
    assertThat(client.ask("ACKS")).startsWith("=");
    return text;
  }

  @ParameterizedTest(name = "synthesize {0}, {1}")
  @CsvSource({"false, POPINJAY", "false, UW", "true, POPINJAY", "true, UW"})
  void asManyOctetsComeAsWereAnnounced(boolean synthesize, Responses profile) throws IOException {
    var legacy = synthesize ? SYNTHESIZED : LegacyConfig.DEFAULTS;
    var serving = serve(legacy, profile);
    var awkward =
        List.of(
            "Subject: plain\r\n\r\ntext\r\n",
            "Subject: no end\r\n\r\ntext",
            "Subject: header alone\r\n",
            "\r\nno header\r\n",
            "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
            "Subject: =n +OK\r\n\r\n- error?\r\n#3 messages\r\n",
            "Subject: octets\r\n\r\n\0\u00ff\r\r\n\r",
            "Subject: long\r\n\r\n" + "x".repeat(200_000) + "\r\n");
    awkward.forEach(message -> serving.store.deliver("tea", message.getBytes(ISO_8859_1)));
    var before = synthesize ? "Status: O\r\n" : "";
    var behind = profile == Responses.UW ? "\r\n" : "";
    try (var client = signedIn(serving)) {
      for (int number = 1; number <= awkward.size(); number++) {
        var wire = new String(serving.store.messages("tea").get(number - 1), ISO_8859_1);
        assertThat(fetch(client, number)).isEqualTo(before + wire + behind);
      }
      assertThat(client.ask("QUIT")).isEqualTo("+ OK");
    }
    serving.settle();
    if (synthesize) {
      try (var client = signedIn(serving)) {
        assertThat(fetch(client, 1)).startsWith("Status: RO\r\nSubject: plain\r\n");
      }
    }
  }

  @Test
  void whatIsSetHoldsAgainstTheProfile() throws IOException {
    var serving =
        serve(new LegacyConfig(StatusHeader.OMIT, Optional.of(false), false, false), Responses.UW);
    serving.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(US_ASCII));
    try (var client = signedIn(serving)) {
      assertThat(fetch(client, 1)).isEqualTo("Subject: one\r\n\r\ntext\r\n");
    }
  }

  @Test
  void aSpoolIsByteForByteTheSameWhenTheLineIsLostBehindAckd(@TempDir Path folder)
      throws IOException {
    var mail = TestMail.spool(folder);
    var mbox = Files.readAllBytes(Path.of("src/test/resources/transcripts/mail/rfc1939.mbox"));
    mail.fill(mbox);
    var serving = serve(Settings.DEFAULTS, mail, LegacyConfig.DEFAULTS, Responses.POPINJAY);
    var spool = folder.resolve("spool/tea");
    try (var client = signedIn(serving)) {
      client.ask("READ 1");
      client.send("RETR\r\n");
      client.octets(120);
      assertThat(client.ask("ACKD")).isEqualTo("=200 octets in message 2");
    }
    serving.settle();
    assertThat(spool).hasBinaryContent(mbox);
    try (var client = signedIn(serving)) {
      client.ask("READ 1");
      client.send("RETR\r\n");
      client.octets(120);
      client.ask("ACKD");
      assertThat(client.ask("QUIT")).isEqualTo("+ OK");
      assertThat(client.line()).isNull();
    }
    assertThat(Files.readString(spool))
        .contains("Subject: second")
        .doesNotContain("Subject: first");
  }

  // Mailboxes besides INBOX.

  private Account account() {
    return serving().store.account(new AccountOwner("tea", Accounts.own(), null));
  }

  private Pop3TestServer serving() {
    return Objects.requireNonNull(server);
  }

  private void folder(String name, String... messages) {
    done(account().create(new MailboxName(name), false, null));
    for (var message : messages) {
      serving().store.deliver("tea", new MailboxName(name), message.getBytes(US_ASCII));
    }
  }

  private static <T> T done(StoreResult<T> result) {
    if (result instanceof StoreResult.Done<T>(T value)) {
      return value;
    }
    throw new AssertionError(result);
  }

  private Set<Flag> flags(String name, int number) {
    try (Mailbox mailbox = done(account().open(new MailboxName(name)));
        MailboxView view = done(mailbox.view(Access.READ))) {
      var set = view.message(number).flags().system();
      return EnumSet.copyOf(Arrays.stream(Flag.values()).filter(set::has).toList());
    }
  }

  private int count(String name) {
    return serving().store.messages("tea", new MailboxName(name)).size();
  }

  @Test
  void foldCarriesTheRemovalsOutAndOpensAnotherMailbox() throws IOException {
    var serving = serve();
    serving.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    folder("old/mail", "Subject: a\n\n", "Subject: b\n\n", "Subject: c\n\n");
    try (var client = signedIn(serving)) {
      client.ask("READ");
      client.send("RETR\r\n");
      client.octets(16);
      assertThat(client.ask("ACKD")).startsWith("=0 ");
      assertThat(count("INBOX")).isEqualTo(1);
      assertThat(client.ask("FOLD old/mail")).isEqualTo("#3 messages in old/mail");
      assertThat(count("INBOX")).isZero();
      assertThat(fetch(client, 2)).isEqualTo("Subject: b\r\n\r\n");
      client.send("RETR\r\n");
      client.octets(14);
      assertThat(client.ask("ACKD")).isEqualTo("=0 no such message");
      assertThat(client.ask("READ 1")).isEqualTo("=14 octets in message 1");
      assertThat(client.ask("FOLD INBOX")).isEqualTo("#0 messages in INBOX");
      assertThat(client.ask("QUIT")).isEqualTo("+ OK");
    }
    assertThat(count("old/mail")).isEqualTo(2);
    assertThat(flags("old/mail", 2)).containsExactly(Flag.SEEN);
  }

  /// As IMAP clients do that were set up for UW imapd.
  @ParameterizedTest
  @CsvSource({
    "mail/work, #2 messages in work",
    "~/mail/work, #2 messages in work",
    "~/work, #2 messages in work",
    "work, #2 messages in work",
    "/var/mail/tea, #1 messages in INBOX",
    "~/mail/inbox, #1 messages in INBOX",
    "/var/mail/pot, #0 messages in <none>",
    "~pot/work, #0 messages in <none>",
    "{elsewhere}work, #0 messages in <none>",
    "#mh/work, #0 messages in <none>"
  })
  void namesThatUwKnewMeanTheSameMailboxes(String name, String answer) throws IOException {
    var serving = serve();
    serving.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    folder("work", "Subject: a\n\n", "Subject: b\n\n");
    try (var client = signedIn(serving)) {
      assertThat(client.ask("FOLD " + name)).isEqualTo(answer);
    }
  }

  @Test
  void aFolderByTheNameOfAnAliasWins() throws IOException {
    var serving = serve();
    folder("work", "Subject: a\n\n", "Subject: b\n\n");
    folder("mail/work", "Subject: c\n\n");
    try (var client = signedIn(serving)) {
      assertThat(client.ask("FOLD mail/work")).isEqualTo("#1 messages in mail/work");
    }
  }

  @Test
  void anotherSessionMayHaveTheInboxWhileAFolderIsOpen() throws IOException {
    var serving = serve();
    folder("old", "Subject: a\n\n");
    try (var first = signedIn(serving);
        var second = new Pop3TestClient(serving.address())) {
      second.line();
      assertThat(first.ask("FOLD old")).isEqualTo("#1 messages in old");
      assertThat(second.ask("HELO tea pot")).isEqualTo("#0 messages in INBOX");
      assertThat(first.ask("FOLD inbox")).startsWith("- [IN-USE] ").contains("lock");
      assertThat(first.line()).isNull();
    }
  }

  @Test
  void namesThatAreNotPlainAreNotSaidAgain() throws IOException {
    var serving = serve();
    folder("two words", "Subject: a\n\n");
    try (var client = signedIn(serving)) {
      assertThat(client.ask("FOLD two\\ words")).isEqualTo("#1 messages in the mailbox");
    }
  }

  @Test
  void aCommitThatFailsIsToldAndNothingIsRemoved() throws IOException {
    var serving = serve();
    serving.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    for (var command : List.of("QUIT", "FOLD INBOX")) {
      try (var client = signedIn(serving)) {
        client.ask("READ");
        client.send("RETR\r\n");
        client.octets(16);
        client.ask("ACKD");
        serving.store.failNext(Operation.COMMIT, new StoreFailure.NoSpace("test"));
        assertThat(client.ask(command)).isEqualTo("- [SYS/TEMP] disk full, messages not deleted");
        assertThat(client.line()).isNull();
      }
      serving.settle();
    }
    assertThat(count("INBOX")).isEqualTo(1);
  }

  @Test
  void aMessageThatCannotBeReadEndsTheSessionWithoutAWord() throws IOException {
    var serving = serve();
    serving.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    for (var operation : List.of(Operation.CONTENT, Operation.READ)) {
      try (var client = signedIn(serving)) {
        assertThat(client.ask("READ")).isEqualTo("=16 octets in message 1");
        serving.store.failNext(operation, new StoreFailure.Gone("test"));
        client.send("RETR\r\n");
        assertThat(client.line()).isNull();
      }
      serving.settle();
    }
  }

  // Policy and limits.

  @ParameterizedTest
  @ValueSource(strings = {"HELO tea pot", "HELO nobody pot"})
  void thePasswordIsNotLookedAtWhereItMayNotTravel(String helo) throws IOException {
    var never = Settings.DEFAULTS.auth("cleartext", AuthConfig.Cleartext.NEVER);
    var serving = serve(never, null, LegacyConfig.DEFAULTS, Responses.POPINJAY);
    try (var client = new Pop3TestClient(serving.address())) {
      client.line();
      assertThat(client.ask(helo)).isEqualTo("- POP2 needs a trusted network");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void aLineOf513OctetsEndsTheSession() throws IOException {
    var serving = serve();
    try (var client = signedIn(serving)) {
      assertThat(client.ask("READ" + " ".repeat(506))).isEqualTo("=0 no such message");
      assertThat(client.ask("READ" + " ".repeat(507))).isEqualTo("- [SYS/PERM] line too long");
      assertThat(client.line()).isNull();
    }
    assertThat(witness.heard()).containsExactly(Limit.LINE);
  }

  @Test
  void aHandshakeOfTlsIsCountedAndNotAnswered() throws IOException {
    var serving = serve();
    try (var client = new Pop3TestClient(serving.address())) {
      client.line();
      client.send("\u0016\3\1");
      assertThat(client.line()).isNull();
    }
    Awaited.until(() -> !witness.heard().isEmpty());
    assertThat(witness.heard()).containsExactly(Limit.TLS_ON_PLAIN);
  }

  @ParameterizedTest(name = "{0} in the state {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "HELO tea pot | MBOX | - not in this state",
        "HELO tea pot | ITEM | - not in this state",
        "HELO tea pot | NEXT | - not in this state",
        "FOLD inbox   | MBOX | #1 messages in INBOX",
        "FOLD inbox   | ITEM | #1 messages in INBOX",
        "FOLD inbox   | NEXT | - not in this state",
        "READ         | MBOX | =16 octets in message 1",
        "READ         | ITEM | =16 octets in message 1",
        "READ         | NEXT | - not in this state",
        "RETR         | MBOX | - not in this state",
        "RETR         | ITEM | Subject: one",
        "RETR         | NEXT | - not in this state",
        "ACKS         | MBOX | - not in this state",
        "ACKS         | ITEM | - not in this state",
        "ACKS         | NEXT | =0 no such message",
        "ACKD         | MBOX | - not in this state",
        "ACKD         | ITEM | - not in this state",
        "ACKD         | NEXT | =0 no such message",
        "NACK         | MBOX | - not in this state",
        "NACK         | ITEM | - not in this state",
        "NACK         | NEXT | =16 octets in message 1",
        "QUIT         | MBOX | + OK",
        "QUIT         | ITEM | + OK",
        "QUIT         | NEXT | - not in this state",
        "STAT         | MBOX | - unknown command",
        "STAT         | ITEM | - unknown command",
        "STAT         | NEXT | - unknown command",
      })
  void isAnsweredAsItsStateDemands(String command, String state, String answer) throws IOException {
    var serving = serve();
    serving.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    try (var client = signedIn(serving)) {
      if (!state.equals("MBOX")) {
        client.ask("READ");
      }
      if (state.equals("NEXT")) {
        client.send("RETR\r\n");
        client.octets(16);
      }
      assertThat(client.ask(command)).isEqualTo(answer);
      if (answer.startsWith("-") || answer.startsWith("+")) {
        assertThat(client.line()).isNull();
      }
    }
    assertThat(count("INBOX")).isEqualTo(1);
  }
}
