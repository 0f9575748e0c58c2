package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Accounts;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.PopinjayCommand;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlRequest;

/// Commands of an operator, by the command line and past it, to a server with clients.
@Timeout(60)
class ControlTest {
  @TempDir Path folder;
  private @Nullable Served served;

  /// What a command said, and how it ended.
  private record Said(int code, String out, String err) {}

  @AfterEach
  void stop() {
    if (served != null) {
      served.close();
    }
  }

  private Served start(String... changes) throws Exception {
    var started = Served.start(folder, changes);
    served = started;
    return started;
  }

  private Said run(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = run(new PrintWriter(out), new PrintWriter(err), words);
    return new Said(code, out.toString(), err.toString());
  }

  private int run(PrintWriter out, PrintWriter err, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(folder.resolve("popinjay.yaml").toString());
    return PopinjayCommand.commandLine(_ -> 0, Map.of())
        .setOut(out)
        .setErr(err)
        .execute(all.toArray(String[]::new));
  }

  private Path socket() {
    return folder.resolve("state/control.sock");
  }

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
    for (int i = 0; i < 100 && !run("who").out().endsWith("0 connections\n"); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(run("who").out()).endsWith("0 connections\n");
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

  // trace

  @Test
  void traceShowsWhatIsSaidWithoutSecrets() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var there = new Conversation(server.imap());
        var trace = new Watcher("tea")) {
      there.hear();
      there.ask("a LOGIN tea kettle");
      trace.ready(there);
      there.ask("b LOGIN tea kettle");
      there.ask("c AUTHENTICATE PLAIN AHRlYQBrZXR0bGU=");
      untilTagged(there, "d SELECT INBOX");
      untilTagged(there, "e FETCH 1 (UID BODY.PEEK[])");
      untilTagged(there, "f SELECT \u001b[2J\u00e9");
      try (var pop3 = server.connect().signIn("tea");
          var other = server.connect().signIn("pot")) {
        other.ask("STAT");
        pop3.ask("RETR 2");
        pop3.ask("PASS kettle");
        pop3.ask("QUIT");
        while (!pop3.hear().equals(Conversation.CLOSED)) {}
      }
      untilTagged(there, "z LOGOUT");
      var lines = trace.until("S: z OK");
      assertThat(lines)
          .contains(
              "C: b LOGIN <hidden>",
              "C: c AUTHENTICATE <hidden>",
              "C: e FETCH 1 (UID BODY.PEEK[])",
              "S: * 1 FETCH (UID 1 BODY[] {101}",
              "S: <hidden 101 octets>",
              "S: )",
              "C: f SELECT \\x1b[2J\\xe9",
              "C: RETR 2",
              "C: PASS <hidden>",
              "S: +OK dewey.example signing off (7 messages left)",
              "-- closed");
      assertThat(lines).noneMatch(line -> line.contains("kettle") || line.contains("AHRlY"));
      assertThat(lines).noneMatch(line -> line.contains("number 1") || line.equals("C: STAT"));
    }
  }

  @Test
  void aTraceThatNobodyReadsHoldsNobodyUpAndSaysWhatIsLost() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea");
        var slow = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
      assertThat(line(slow)).contains("pop3 from 127.0.0.1, user tea");
      for (int i = 0; i < 20; i++) {
        var many = "NOOP\r\n".repeat(500);
        assertThat(client.ask(many + "NOOP")).startsWith("+OK");
        for (int answers = 0; answers < 500; answers++) {
          client.hear();
        }
      }
      var heard = new ArrayList<String>();
      while (heard.isEmpty() || !heard.getLast().contains("\"answer\":\"lost\"")) {
        heard.add(line(slow));
      }
      assertThat(heard).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void aTraceEndsWithItsClient() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea")) {
      try (var trace = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
        assertThat(line(trace)).contains("user tea");
      }
      for (int i = 0; i < 40; i++) {
        // Each would keep one of the places, if it did not end.
        try (var trace = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
          assertThat(line(trace)).contains("user tea");
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(client.ask("NOOP")).startsWith("+OK");
    }
  }

  // The trace file.

  @Test
  void theTraceFileHasAllSessionsWithoutSecrets() throws Exception {
    var server = start("log: { traceFile: trace }");
    try (var client = server.connect().signIn("tea")) {
      client.ask("QUIT");
    }
    try (var client = new Conversation(server.imap())) {
      client.hear();
      client.ask("a LOGIN tea {6+}\r\nkettle");
      client.ask("b LOGOUT");
    }
    awaitTrace("S: b OK LOGOUT completed");
    assertThat(Files.readString(folder.resolve("trace")))
        .containsPattern("(?m)^2\\S+Z \\w+ -- pop3 from 127.0.0.1$")
        .contains(" S: +OK POP3 dewey.example ready\n", " C: USER tea\n", " C: PASS <hidden>\n")
        .contains(" C: a LOGIN <hidden>\n", " C: <hidden 6 octets>\n")
        .doesNotContain("kettle");
    assertThat(Files.getPosixFilePermissions(folder.resolve("trace")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theTraceFileIsOpenedAnewAndTurnedOff() throws Exception {
    var server = start("log: { traceFile: trace }");
    Files.move(folder.resolve("trace"), folder.resolve("trace.1"));
    server.server().take(server.settings());
    try (var client = server.connect().signIn("tea")) {
      awaitTrace("C: USER tea");
      server.server().take(Served.settings(folder));
      client.ask("NOOP");
      client.ask("QUIT");
    }
    Files.delete(folder.resolve("trace"));
    server.server().take(server.settings());
    try (var _ = server.connect().signIn("pot")) {
      awaitTrace("C: USER pot");
    }
    assertThat(Files.readString(folder.resolve("trace"))).doesNotContain("NOOP");
    assertThat(folder.resolve("trace.1")).isEmptyFile();
  }

  @Test
  void aTraceFileThatIsNotOursAloneIsRefused() throws Exception {
    var trace = folder.resolve("trace");
    Files.createSymbolicLink(trace, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> start("log: { traceFile: trace }"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("ELOOP");
    Files.delete(trace);
    Files.writeString(trace, "");
    Files.setPosixFilePermissions(trace, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> start("log: { traceFile: trace }"))
        .hasMessageContaining("others may read it (chmod 0600)");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  private void awaitTrace(String words) throws Exception {
    var file = folder.resolve("trace");
    while (!Files.exists(file) || !Files.readString(file).contains(words)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
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
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
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
          .containsPattern("sessions\n  \\w+: pop3 from 127.0.0.1, transaction, silent for 0 s\n")
          .contains("another POP3 session is refused until that one is silent for 60 s")
          .contains("IMAP sessions: 200, then")
          .contains("imap: IMAP4rev1 ")
          .contains("pop3: TOP, UIDL")
          .endsWith("\na sign-in would work, with the right password\n")
          .doesNotContain("kettle", "\n! ");
    }
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
      for (int i = 0; i < 1000; i++) {
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
    for (int i = 0; i < 100 && run("who").code() != ExitCode.FINE; i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(run("who").code()).isZero();
  }

  private SocketChannel ask(String line) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    var octets = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
    while (octets.hasRemaining()) {
      channel.write(octets);
    }
    return channel;
  }

  /// Octet by octet, so that nothing is taken that was not asked for.
  private static String line(SocketChannel channel) throws IOException {
    var line = new StringBuilder();
    var octet = ByteBuffer.allocate(1);
    while (channel.read(octet.clear()) >= 0) {
      if (octet.get(0) == '\n') {
        return line.toString();
      }
      line.append((char) octet.get(0));
    }
    return Conversation.CLOSED;
  }

  private static void untilTagged(Conversation client, String command) throws IOException {
    var tag = command.substring(0, command.indexOf(' ') + 1);
    for (var line = client.ask(command); !line.startsWith(tag); line = client.hear()) {
      assertThat(line).isNotEqualTo(Conversation.CLOSED);
    }
  }

  /// A trace as an operator reads it.
  private final class Watcher implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final SocketChannel channel;

    Watcher(String user) throws IOException {
      channel = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"" + user + "\"}");
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
      try {
        for (var line = in.readLine(); line != null; line = in.readLine()) {
          lines.add(spoken(line));
        }
      } catch (IOException _) {
        lines.add(Conversation.CLOSED);
      }
    }

    /// `C: text` of a line of JSON.
    private static String spoken(String json) {
      var speaker = json.substring(json.indexOf("\"speaker\":\"") + 11);
      var text = json.substring(json.indexOf("\"text\":\"") + 8, json.length() - 2);
      return speaker.substring(0, 2) + ' ' + text.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    /// Waits until the trace is on, and forgets what was said until then.
    void ready(Conversation client) throws Exception {
      while (lines.isEmpty()) {
        client.ask("y NOOP");
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    List<String> until(String last) throws InterruptedException {
      var heard = new ArrayList<String>();
      while (heard.isEmpty() || !heard.getLast().startsWith(last)) {
        heard.add(Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS)));
      }
      heard.add(Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS)));
      return heard;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
