package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.ByteSize;
import org.popinjay.config.XtndConfig.XmitConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Programs;

/// XTND XMIT, with a program in the place of sendmail that writes down what it is given.
class XmitTest {
  @TempDir Path folder;

  /// Has a file each for its arguments, its environment and its input, and a status.
  private Path program(String ending) throws IOException {
    var program = folder.resolve("sendmail");
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%%s\\n' "$@" >'%1$s/argv'
        /usr/bin/env >'%1$s/env'
        cat >'%1$s/part' && mv '%1$s/part' '%1$s/stdin'
        %2$s
        """
            .formatted(folder, ending));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private Served served(String ending, String more) throws IOException, StartException {
    return Served.start(
        folder.resolve("server"),
        "xtnd: { xmit: { enabled: true, command: ["
            + program(ending)
            + ", -t, -i, -f, \"{user}@{domain}\"]"
            + more
            + " } }");
  }

  private String seen(String what) throws IOException {
    return Files.readString(folder.resolve(what), ISO_8859_1);
  }

  private static String send(Conversation client, String message) throws IOException {
    assertThat(client.ask("XTND XMIT")).isEqualTo("+OK Start sending message.");
    return client.ask(message + "\r\n.");
  }

  @Test
  void theProgramGetsTheMessageAndNothingElseOfTheClient() throws Exception {
    try (var served = served("exit 0", "");
        var tea = served.connect().signIn("tea")) {
      var message =
          "To: pot@example.org\r\nSubject: -bs; $(id) `id` | \r\nX: y\r\n\r\n"
              + "..\r\n...\r\n.dot\r\nQUIT\r\nDELE 1\r\n\u00ff\ra\r\n. \r\nend";
      assertThat(send(tea, message)).isEqualTo("+OK Message sent successfully");
      assertThat(seen("argv")).isEqualTo("-t\n-i\n-f\ntea@dewey.example\n");
      assertThat(seen("env").lines().map(line -> line.substring(0, line.indexOf('='))))
          .isSubsetOf("PWD", "_", "SHLVL", "OLDPWD");
      assertThat(seen("stdin"))
          .isEqualTo(
              """
              To: pot@example.org
              Subject: -bs; $(id) `id` |\s
              X: y

              .
              ..
              .dot
              QUIT
              DELE 1
              \u00ff\ra
              .\s
              end
              """);
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
      assertThat(send(tea, "Subject: two")).isEqualTo("+OK Message sent successfully");
      assertThat(seen("stdin")).isEqualTo("Subject: two\n");
      assertThat(tea.ask("STAT")).isEqualTo("+OK 0 0");
    }
    try (var files = Files.walk(folder.resolve("server/state"))) {
      assertThat(files.filter(file -> file.toString().contains("xmit"))).isEmpty();
    }
  }

  @Test
  void whoLooksOnSeesNothingOfTheMessage() throws Exception {
    var trace = folder.resolve("trace");
    try (var served =
        Served.start(
            folder.resolve("server"),
            "log: { traceFile: " + trace + " }",
            "xtnd: { xmit: { enabled: true, command: [" + program("exit 0") + "] } }")) {
      try (var tea = served.connect().signIn("tea")) {
        assertThat(send(tea, "STAT s3cret\r\nNOOP\r\nUSER s3cret")).startsWith("+OK");
        assertThat(tea.ask("LAST")).isEqualTo("+OK 0");
        assertThat(tea.ask("QUIT")).startsWith("+OK");
        assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      }
      while (!Files.readString(trace).contains(" -- closed")) {
        Thread.onSpinWait();
      }
    }
    assertThat(Files.readString(trace))
        .contains("XTND XMIT", "Start sending message", "LAST")
        .doesNotContain("s3cret", "NOOP");
  }

  @Test
  void aMessageOfNoOctetsIsGivenAsItIs() throws Exception {
    try (var served = served("exit 0", "");
        var tea = served.connect().signIn("tea")) {
      assertThat(tea.ask("XTND XMIT")).startsWith("+OK");
      assertThat(tea.ask(".")).isEqualTo("+OK Message sent successfully");
      assertThat(seen("stdin")).isEmpty();
    }
  }

  @Test
  void aMessageIsTheSameHoweverItIsCut() throws Exception {
    try (var served = served("exit 0", "");
        var tea = served.connect().signIn("tea")) {
      assertThat(tea.ask("XTND XMIT")).startsWith("+OK");
      for (char octet : "..a\r\n.\r.b\r\r\n.c\r\n.\r\n".toCharArray()) {
        tea.say(String.valueOf(octet));
      }
      assertThat(tea.hear()).isEqualTo("+OK Message sent successfully");
      assertThat(seen("stdin")).isEqualTo(".a\n.\r.b\r\n.c\n");
    }
  }

  @Test
  void aProgramThatFailsIsToldOf() throws Exception {
    try (var served = served("exit 75", "");
        var tea = served.connect().signIn("tea")) {
      assertThat(send(tea, "Subject: one")).isEqualTo("-ERR [SYS/TEMP] Unable to send message");
      Files.delete(folder.resolve("sendmail"));
      assertThat(send(tea, "Subject: one")).isEqualTo("-ERR [SYS/TEMP] Unable to send message");
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
    }
  }

  @Test
  void nothingIsStartedWhenTheLineIsLostInTheMiddle() throws Exception {
    try (var served = served("exit 0", "")) {
      try (var tea = served.connect().signIn("tea")) {
        assertThat(tea.ask("XTND XMIT")).startsWith("+OK");
        tea.say("To: pot@example.org\r\n\r\ntext\r\n");
      }
      // The maildrop is free again when the session is over.
      served.signInOnceFree("tea").close();
    }
    assertThat(folder.resolve("argv")).doesNotExist();
  }

  @Test
  void whatIsTooLongIsSwallowedToItsEndAndRefused() throws Exception {
    try (var served = served("exit 0", ", maxBytes: 1KiB")) {
      try (var tea = served.connect().signIn("tea")) {
        assertThat(send(tea, "x".repeat(1023))).isEqualTo("+OK Message sent successfully");
        Files.delete(folder.resolve("stdin"));
        assertThat(send(tea, "x".repeat(1024))).isEqualTo("-ERR [SYS/PERM] message too long");
        assertThat(tea.ask("NOOP")).isEqualTo("+OK");
        assertThat(tea.ask("XTND XMIT")).startsWith("+OK");
        assertThat(tea.ask("DELE 1\r\n".repeat(400))).isEqualTo("-ERR [SYS/PERM] message too long");
        assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      }
      assertThat(folder.resolve("stdin")).doesNotExist();
    }
  }

  @Test
  void aMessageGoesToSoManyAndToNobodyIfThereAreMore() throws Exception {
    try (var served = served("exit 0", ", maxRecipients: 3");
        var tea = served.connect().signIn("tea")) {
      var three = "To: a@x, b@x\r\nCc: \"Last, First\" <c@x>\r\nSubject: d@x, e@x\r\n";
      assertThat(send(tea, three + "\r\nTo: f@x")).isEqualTo("+OK Message sent successfully");
      Files.delete(folder.resolve("stdin"));
      assertThat(send(tea, three + "bCC\t:\r\n f@x\r\n\r\ntext"))
          .isEqualTo("-ERR [SYS/PERM] too many recipients");
      assertThat(folder.resolve("stdin")).doesNotExist();
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
    }
  }

  @Test
  void aUserMaySendSoManyAnHour() throws Exception {
    try (var served = served("exit 0", ", ratePerUserPerHour: 2");
        var tea = served.connect().signIn("tea");
        var pot = served.connect().signIn("pot")) {
      assertThat(send(tea, "one")).startsWith("+OK");
      assertThat(send(tea, "two")).startsWith("+OK");
      assertThat(tea.ask("XTND XMIT")).isEqualTo("-ERR [SYS/TEMP] too many messages for now");
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
      assertThat(send(pot, "one")).startsWith("+OK");
    }
  }

  @Test
  void nobodyMayLookOn() throws Exception {
    try (var served =
            Served.start(
                folder.resolve("server"),
                "auth: { cleartext: always, failureDelay: 0s }",
                "listeners:\n  - { protocol: pop3, bind: \"127.0.0.1:0\","
                    + " proxyProtocol: [127.0.0.0/8] }",
                "xtnd: { xmit: { enabled: true, command: [" + program("exit 0") + "] } }");
        var tea = served.connect()) {
      tea.say("PROXY TCP4 192.0.2.7 127.0.0.1 1000 110\r\n");
      tea.signIn("tea");
      assertThat(tea.ask("XTND XMIT")).isEqualTo("-ERR XTND XMIT needs TLS");
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
    }
  }

  @Test
  void aStrangerSendsNothing() throws Exception {
    var boards = Files.createDirectory(folder.resolve("boards"));
    try (var served =
            Served.start(
                folder.resolve("server"),
                "bboards: { dir: "
                    + boards
                    + ", anonymous: true, anonymousNetworks: [127.0.0.0/8] }",
                "xtnd: { xmit: { enabled: true, command: [" + program("exit 0") + "] } }");
        var stranger = served.connect().signIn("anonymous")) {
      assertThat(stranger.ask("XTND XMIT")).isEqualTo("-ERR XTND XMIT is not enabled");
      assertThat(stranger.ask("NOOP")).isEqualTo("+OK");
    }
    assertThat(folder.resolve("argv")).doesNotExist();
  }

  @Test
  void itIsOffUnlessItIsSwitchedOn() throws Exception {
    try (var served = Served.start(folder);
        var tea = served.connect().signIn("tea")) {
      assertThat(tea.ask("XTND XMIT")).isEqualTo("-ERR XTND XMIT is not enabled");
      assertThat(tea.ask("NOOP")).isEqualTo("+OK");
    }
  }

  @Test
  void theHourOfAUserEnds() {
    var now = new AtomicLong(-5);
    var counts = new SubmissionCounts(now::get);
    assertThat(counts.admits("tea", 1)).isTrue();
    assertThat(counts.admits("tea", 1)).isFalse();
    assertThat(counts.admits("pot", 1)).isTrue();
    now.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(counts.admits("tea", 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-bs", "a;b", "$(id)", "a b", "'"})
  void aNameIsOneWordOfTheCommandWhateverItIs(String user) throws Exception {
    var program = program("exit 0");
    try (var letter =
        sendmail(Sendmail.TIME_MAX, List.of(program.toString(), "-f", "{user}@{domain}", "{user}"))
            .begin(owner(user))
            .orElseThrow()) {
      assertThat(letter.send()).isTrue();
    }
    assertThat(seen("argv")).isEqualTo("-f\n" + user + "@dewey.example\n" + user + "\n");
  }

  @Test
  void aProgramThatTakesTooLongIsEndedAndTheSenderIsWhoSignedIn() throws Exception {
    var command = List.of(program("sleep 100").toString(), "{user}", "{domain}");
    // Long enough for the program to come to its end.
    for (int seconds = 1; !Files.exists(folder.resolve("stdin")); seconds *= 4) {
      var sendmail = sendmail(Duration.ofSeconds(seconds), command);
      try (var letter = sendmail.begin(owner("tea@pot.example")).orElseThrow()) {
        assertThat(letter.write(ByteBuffer.wrap(new byte[200_000]))).isTrue();
        assertThat(letter.send()).isFalse();
      }
    }
    assertThat(seen("argv")).isEqualTo("tea\npot.example\n");
    assertThat(folder.resolve("stdin")).hasSize(200_000);
  }

  private static AccountOwner owner(String name) {
    return new AccountOwner(name, Identity.NOBODY, null);
  }

  private Sendmail sendmail(Duration timeMax, List<String> command) {
    return new Sendmail(
        new XmitConfig(true, command, ByteSize.ofMiB(1), 25, 10),
        (_, _, program) -> Programs.start(program),
        "dewey.example",
        folder,
        new SubmissionCounts(() -> 0),
        RandomGenerator.getDefault(),
        timeMax);
  }
}
