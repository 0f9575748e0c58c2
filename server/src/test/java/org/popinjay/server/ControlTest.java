package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.popinjay.posix.Accounts;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlRequest;
import org.popinjay.wire.transcript.Awaited;

/// Commands of an operator, by the command line and past it, to a server with clients.
@Timeout(180)
class ControlTest extends ControlRig {
  // who

  @Test
  void whoShowsWhatIsOpen() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var pop3 = server.connect().signIn("pot");
        var imap = new Conversation(server.imap());
        var stranger = new Conversation(server.imap())) {
      stranger.hear();
      imap.hear();
      imap.ask("a LOGIN tea kettle");
      untilTagged(imap, "b SELECT INBOX");
      var said = run("who");
      assertThat(said.code()).as(said.err()).isZero();
      var lines = said.out().lines().toList();
      assertThat(lines.getFirst()).matches("SESSION +PROTO +USER +ADDRESS +TLS .*OUT");
      assertThat(lines.get(1)).matches("\\w+ +imap +- +127\\.0\\.0\\.1 \\d+ +- +signing-in +- .*");
      assertThat(lines.get(2)).matches("\\w+ +pop3 +pot +127.* transaction +INBOX .*");
      assertThat(lines.get(3)).matches("\\w+ +imap +tea +127.* selected +INBOX .*");
      assertThat(lines.get(4)).isEqualTo("3 connections");
      pop3.ask("QUIT");
    }
  }

  @Test
  void whoCountsOctetsAndFilters() throws Exception {
    var server = start();
    try (var pop3 = server.connect().signIn("pot");
        var _ = server.connect().signIn("tea")) {
      pop3.ask("NOOP");
      var said = run("who", "--user", "pot", "--json");
      assertThat(said.out().lines()).hasSize(1);
      assertThat(said.out())
          .contains("\"user\":\"pot\"", "\"tls\":null", "\"state\":\"transaction\"")
          .contains("\"receivedOctets\":" + "USER pot__PASS kettle__NOOP__".length())
          .containsPattern("\"sentOctets\":[1-9]\\d+");
      assertThat(run("who", "--protocol", "imap").out()).endsWith("0 connections\n");
    }
  }

  @Test
  void whoIsGoneIsNotShown() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea")) {
      client.ask("QUIT");
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
    }
    Awaited.until(() -> run("who").out().endsWith("0 connections\n"));
  }

  // kick

  @Test
  void kickEndsSessionsInTheWordsOfTheirProtocolAndRemovesNothing() throws Exception {
    var server = start();
    var spool = Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var pop3 = server.connect().signIn("tea");
        var imap = new Conversation(server.imap());
        var other = server.connect().signIn("pot")) {
      imap.hear();
      imap.ask("a LOGIN tea kettle");
      pop3.ask("DELE 1");
      assertThat(run("kick", "--user", "tea").out()).isEqualTo("2 sessions ended\n");
      assertThat(pop3.hear()).isEqualTo("-ERR [SYS/TEMP] closed by the administrator");
      assertThat(pop3.hear()).isEqualTo(Conversation.CLOSED);
      assertThat(imap.hear()).isEqualTo("* BYE [UNAVAILABLE] closed by the administrator");
      assertThat(imap.hear()).isEqualTo(Conversation.CLOSED);
      assertThat(other.ask("NOOP")).startsWith("+OK");
    }
    assertThat(spool.stored()).hasSameSizeAs(Spool.AWKWARD);
  }

  @Test
  void kickEndsTheSessionOfAName() throws Exception {
    var server = start();
    try (var client = new Conversation(server.imap())) {
      client.hear();
      var who = run("who").out().lines().toList().get(1);
      var said = run("kick", who.substring(0, who.indexOf(' ')));
      assertThat(said.out()).as(said.err()).isEqualTo("1 session ended\n");
      assertThat(client.hear()).isEqualTo("* BYE [UNAVAILABLE] closed by the administrator");
    }
  }

  @Test
  void kickSaysWhenNobodyFits() throws Exception {
    start();
    assertThat(run("kick", "nobody").code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run("kick", "--address", "192.0.2.1").code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run("kick", "--address", "evil.example").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("kick").code()).isEqualTo(ExitCode.USAGE);
  }

  // mbox

  @Test
  void reindexReadsAMailboxAgainUnderASessionThatGoesOn() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var client = server.connect().signIn("tea")) {
      var listed = client.ask("LIST 3");
      var uidl = client.ask("UIDL 3");
      var said = run("mbox", "reindex", "--user", "tea");
      assertThat(said.out()).as(said.err()).startsWith("index built anew: 7 messages, UIDVALIDITY");
      assertThat(client.ask("LIST 3")).isEqualTo(listed);
      assertThat(client.ask("UIDL 3")).isEqualTo(uidl);
      assertThat(client.ask("DELE 3")).startsWith("+OK");
      assertThat(client.ask("QUIT")).contains("6 messages left");
    }
    assertThat(run("mbox", "repair", "--user", "tea").out()).startsWith("nothing to repair");
  }

  @Test
  void whatIsDamagedIsPutAsideByTheServerThatRuns() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    assertThat(run("mbox", "reindex", "--user", "tea").code()).isZero();
    Objects.requireNonNull(served).close();
    Path index;
    try (var files = Files.walk(folder.resolve("state"))) {
      index = files.filter(file -> file.toString().endsWith(".cache")).findFirst().orElseThrow();
    }
    Files.write(index, new byte[] {1, 2, 3});
    start();
    assertThat(run("mbox", "repair", "--user", "tea").out())
        .contains("to do: ")
        .contains("repaired: 7 messages");
    assertThat(Path.of(index + ".damaged")).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void aMailboxThatIsNotThereIsNotReopened() throws Exception {
    start();
    assertThat(run("mbox", "reindex", "--user", "tea", "--mailbox", "no").err())
        .startsWith("popinjay: ");
    try (var asked =
        ControlClient.ask(socket(), new ControlRequest.Reopen("nobody", "INBOX", true))) {
      assertThat(asked.next())
          .contains(
              new ControlAnswer.Refused(
                  ControlAnswer.Refused.Reason.NOBODY, "no source of users lets nobody in"));
    }
  }

  @Test
  void portsOfTheServerItselfAreNoFaultToACheck() throws Exception {
    int port = FreePort.next();
    var listener = "{ protocol: pop3, bind: \"127.0.0.1:" + port + "\" }";
    start("listeners: [" + listener + "]", "metrics: { bind: null }");
    var said = run("check");
    assertThat(said.err())
        .contains("the server runs as process " + ProcessHandle.current().pid() + "; ports")
        .doesNotContain("cannot listen");
    Objects.requireNonNull(served).close();
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run("check").err()).contains("cannot listen");
    }
  }

  // explain

  @Test
  void explainSaysThatASignInWouldWorkAndWhatItWouldFind() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var _ = server.connect().signIn("tea")) {
      var said = run("explain", "tea");
      assertThat(said.code()).as(said.out() + said.err()).isZero();
      assertThat(said.out())
          .contains("users: knows the user, with a password")
          .contains("rights\n  uid: " + Accounts.own().uid() + "\n")
          .containsPattern(
              "spool/tea: in order \\(regular, mode 06\\d\\d, owner \\d+:\\d+, \\d+ octets")
          .containsPattern("folders /.*: not there, made with the first folder")
          .containsPattern("state /.*/tea: in order \\(directory, mode 0700")
          .contains("nobody has it locked")
          .contains("in memory: kept up to date")
          .containsPattern(
              "sessions\n  \\w+: pop3 from 127.0.0.1, transaction, silent for \\d+ s\n")
          .contains("another POP3 session is refused until that one is silent for 60 s")
          .contains("IMAP sessions: 200, then")
          .contains("imap: IMAP4rev1 ")
          .contains("pop3: TOP, UIDL")
          .endsWith("\na sign-in would work, with the right password\n")
          .doesNotContain("kettle", "\n! ");
    }
  }

  @Test
  void explainShowsWhatTheUserHasOfHisOwnAndWhatHoldsHimBack() throws Exception {
    var server =
        start(
            "overrides: { tea: { pop3: { idleTimeout: 2m, loginDelay: 1h },"
                + " limits: { appendOctets: 1MiB } } }");
    server.connect().signIn("tea").close();
    try (var tea = server.connect()) {
      assertThat(tea.hear()).startsWith("+OK");
      assertThat(tea.ask("USER tea")).startsWith("+OK");
      assertThat(tea.ask("PASS wrong")).startsWith("-ERR [AUTH]");
    }
    var said = run("explain", "tea");
    assertThat(said.out())
        .contains("overrides\n  pop3.idleTimeout: 2m\n  pop3.loginDelay: 1h\n")
        .contains("  limits.appendOctets: 1MiB\n")
        .contains("silence in POP3: 120 s\n")
        .contains("APPENDLIMIT=1048576")
        .contains("LOGIN-DELAY 3600")
        .containsPattern("POP3 sign-ins: the next one is refused for 3\\d\\d\\d s\n")
        .contains("failed sign-ins: 1 of late");
    assertThat(run("explain", "pot").out())
        .doesNotContain("overrides\n", "LOGIN-DELAY")
        .contains("failed sign-ins: none of late");
  }

  @Test
  void explainTellsHowFreshTheIndexOnDiskIs() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    assertThat(run("explain", "tea").out()).contains("on disk: none: it is made by reading");
    try (var client = server.connect().signIn("tea")) {
      client.ask("QUIT");
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
    }
    Objects.requireNonNull(served).close();
    server = start();
    assertThat(run("explain", "tea").out()).containsPattern("on disk: 7 messages, fresh");
    Spool.write(server.spool("tea"), List.of(Spool.message(1, "other\n")));
    assertThat(run("explain", "tea").out()).contains("on disk: 7 messages, stale");
  }

  @Test
  void explainSaysThatNobodyKnowsTheUser() throws Exception {
    start();
    var said = run("explain", "mallory");
    assertThat(said.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(said.out())
        .contains("users: does not know the user\n! sources: none knows the user\n")
        .endsWith("a sign-in would not work: none knows the user\n");
    assertThat(run("explain", "../tea").out())
        .endsWith("a sign-in would not work: nobody can have this name\n");
  }

  @Test
  void explainTakesTheNameAsASignInDoes() throws Exception {
    var deny = Files.writeString(folder.resolve("deny"), "pot\n");
    var server =
        start(
            "auth: { failureDelay: 0s, trimDomain: true, downcaseUser: true, denyUsers: "
                + deny
                + " }",
            "overrides: { tea: { pop3: { idleTimeout: 2m } } }");
    try (var tea = server.connect()) {
      assertThat(tea.hear()).startsWith("+OK");
      tea.ask("USER TEA");
      assertThat(tea.ask("PASS wrong")).startsWith("-ERR [AUTH]");
    }
    var said = run("explain", "Tea@example.org");
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(said.out())
        .contains("user\n  name: taken for tea (auth.trimDomain, auth.downcaseUser)\n")
        .contains("overrides\n  pop3.idleTimeout: 2m\n")
        .contains("failed sign-ins: 1 of late");
    // What a reload would make of the files does not count yet.
    Files.writeString(deny, "tea\n");
    assertThat(run("explain", "tea").code()).isZero();
    assertThat(run("explain", "POT@x").out())
        .endsWith("a sign-in would not work: do not admit the user\n");
    assertThat(run("explain", "@example.org").out())
        .endsWith("a sign-in would not work: nobody can have this name\n");
  }

  @Test
  void explainSaysThatTheSpoolIsALink() throws Exception {
    var server = start();
    Files.createSymbolicLink(server.spool("tea"), folder.resolve("users"));
    var said = run("explain", "tea");
    assertThat(said.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(said.out())
        .containsPattern("\n! spool /.*/spool/tea: .*is a symbolic link")
        .containsPattern("a sign-in would not work: /.*/spool/tea: is a symbolic link");
  }

  @Test
  void explainSaysWhoHasTheSpoolLocked() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    Files.writeString(folder.resolve("spool/tea.lock"), ProcessHandle.current().pid() + "\n");
    var said = run("explain", "tea");
    assertThat(said.out())
        .contains("  to write: taken: dotlock of process " + ProcessHandle.current().pid())
        .contains("a sign-in would work");
    Files.delete(folder.resolve("spool/tea.lock"));
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "no python3");
    var program =
        "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX); print('locked');"
            + " sys.stdout.flush(); sys.stdin.read()";
    var locker =
        new ProcessBuilder("/usr/bin/python3", "-c", program, server.spool("tea").toString())
            .start();
    try {
      assertThat(locker.inputReader().readLine()).isEqualTo("locked");
      said = run("explain", "tea");
      assertThat(said.code()).isEqualTo(ExitCode.FINDINGS);
      assertThat(said.out()).contains("! to read: taken: fcntl lock of process " + locker.pid());
    } finally {
      locker.destroy();
      locker.waitFor();
    }
    assertThat(run("explain", "tea").code()).isZero();
  }

  // stats, reload

  @Test
  void statsCounts() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea")) {
      client.ask("NOOP");
      var said = run("stats");
      assertThat(said.code()).as(said.err()).isZero();
      assertThat(said.out())
          .containsPattern("(?s)connections\n +open +1\n.*sign-ins\n +granted +1");
      assertThat(run("stats", "--json").out())
          .contains("{\"group\":\"sign-ins\",\"name\":\"granted\",\"value\":1.0,\"unit\":\"\"}");
    }
  }

  @Test
  void reloadTellsTheFaults() throws Exception {
    var server = start();
    server.server().reloadedBy(() -> new ReloadOutcome.Refused(List.of("one", "two")));
    var said = run("reload");
    assertThat(said.code()).isEqualTo(ExitCode.SETTINGS);
    assertThat(said.err()).startsWith("popinjay: one\npopinjay: two\n");
    server.server().reloadedBy(() -> new ReloadOutcome.Taken(List.of(), List.of()));
    assertThat(run("reload").out()).isEqualTo("read again, no setting changed\n");
  }

  // The socket.

  @Test
  void theSocketIsTheOwnersAlone() throws Exception {
    start();
    assertThat(Files.getPosixFilePermissions(socket(), LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(folder.resolve("state"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".c"));
    }
    Objects.requireNonNull(served).close();
    served = null;
    assertThat(socket()).doesNotExist();
  }

  @Test
  void aSocketThatAServerLeftBehindIsReplaced() throws Exception {
    Files.createDirectories(folder.resolve("state"));
    Files.setPosixFilePermissions(
        folder.resolve("state"), PosixFilePermissions.fromString("rwx------"));
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertThat(socket()).exists();
    start();
    assertThat(run("who").out()).endsWith("0 connections\n");
  }

  @Test
  void theSocketOfALivingServerIsLeftAlone() throws Exception {
    var path = folder.resolve("live.sock");
    try (var alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      alive.bind(UnixDomainSocketAddress.of(path));
      assertThatThrownBy(() -> start("control: { socket: live.sock }"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another server listens there");
    }
    Files.delete(path);
    Files.writeString(path, "mine");
    assertThatThrownBy(() -> start("control: { socket: live.sock }"))
        .hasMessageContaining("something else than a socket");
    assertThat(path).hasContent("mine");
  }

  @Test
  void withoutAServerCommandsSaySo() throws Exception {
    var _ = Served.settings(folder);
    var said = run("who");
    assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(said.err()).contains("no server listens at", "start it");
  }

  @Test
  void othersAreNotHeard() throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "needs root to be somebody else");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "no python3");
    start("control: { socket: open.sock }");
    var socket = folder.resolve("open.sock");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(asNobody(socket)).contains("Permission denied");
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(asNobody(socket)).contains("\"reason\":\"NO_PERMISSION\"");
  }

  private static String asNobody(Path socket) throws Exception {
    // Who is not heard may be left before he has said anything.
    var program =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        try:
            s.sendall(b'{"version":1,"request":"who"}\\n')
        except OSError:
            pass
        print(s.recv(4096))
        """;
    var process =
        new ProcessBuilder(
                "/usr/bin/setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "/usr/bin/python3",
                "-c",
                program,
                socket.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said;
  }

  // Hostile input.

  @Test
  void whatMakesNoSenseIsAnswered() throws Exception {
    start();
    for (var line :
        List.of(
            "",
            "who",
            "[]",
            "{}",
            "{\"version\":2,\"request\":\"who\"}",
            "{\"version\":1,\"request\":\"make tea\"}",
            "{\"version\":1,\"request\":\"trace\"}",
            "{\"version\":1,\"request\":\"kick\",\"user\":[[1]]}",
            "{\"version\":1,\"request\":\"kick\"}",
            "[".repeat(10_000),
            "\u0000\u00ff")) {
      try (var client = ask(line)) {
        assertThat(line(client)).as(line).contains("\"reason\":\"USAGE\"");
        assertThat(line(client)).isEqualTo(Conversation.CLOSED);
      }
    }
    try (var client = ask("{\"version\":2,\"request\":\"who\"}")) {
      assertThat(line(client)).contains("version 2 of the protocol (expected 1)");
    }
  }

  @Test
  void anEndlessLineIsRefused() throws Exception {
    start();
    try (var client = ask("x".repeat(20_000))) {
      assertThat(line(client)).contains("longer than 16384 octets");
    }
    assertThat(run("who").code()).isZero();
  }

  @Test
  void aThousandConnectionsKeepNobodyOut() throws Exception {
    start();
    var crowd = new ArrayList<SocketChannel>();
    try {
      for (int i = 0; i < 32; i++) {
        // A trace has its place for as long as it likes, and who is silent for ten seconds only.
        crowd.add(ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}"));
      }
      while (crowd.size() < 1000) {
        crowd.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
      }
      var said = run("who");
      assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(said.err()).contains("32 others are asking");
    } finally {
      for (var one : crowd) {
        one.close();
      }
    }
    Awaited.until(() -> run("who").code() == ExitCode.FINE);
  }
}
