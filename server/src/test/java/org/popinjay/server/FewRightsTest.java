package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.RealUsers;

/// The whole server as an account of its own with three capabilities and nothing else: it listens
/// on a low port, and reads and removes the mail of a user that it may not touch itself.
@Timeout(180)
class FewRightsTest {
  private static final String CAPABILITIES = "-all,+setuid,+setgid,+net_bind_service";

  /// Bits 6, 7 and 10.
  private static final String AS_THE_KERNEL_SAYS = "00000000000004c0";

  private static final String LETTER =
      "From ann@example Thu Jan  1 00:00:00 2026\nSubject: a\n\nb\n\n";

  @TempDir Path folder;
  private RealUsers users;
  private Account service;
  private Account ann;

  @BeforeEach
  void makeAccounts() throws IOException {
    users = RealUsers.orSkip();
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    service = Accounts.system().account(users.make("s", "nobody's")).orElseThrow();
    ann = Accounts.system().account(users.make("u", "teapot")).orElseThrow();
  }

  @AfterEach
  void removeAccounts() {
    if (users != null) {
      users.close();
    }
  }

  @Test
  void threeCapabilitiesAreEnough() throws Exception {
    var address =
        new InetSocketAddress(
            InetAddress.ofLiteral("127.61.%d.110".formatted(1 + service.uid() % 250)), 110);
    var server = start(settings(address));
    try {
      awaitReady(server.inputReader());
      assertThat(capabilities(server.pid())).isEqualTo(AS_THE_KERNEL_SAYS);
      try (var client = new Conversation(address)) {
        assertThat(client.hear()).startsWith("+OK");
        client.ask("USER " + ann.name());
        assertThat(client.ask("PASS teapot")).startsWith("+OK 2 messages");
        assertThat(client.ask("DELE 1")).startsWith("+OK");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      assertThat(folder.resolve("spool").resolve(ann.name()))
          .content()
          .isEqualTo(LETTER.replace("Subject: a", "Subject: c"));
      assertThat(Files.getAttribute(folder.resolve("spool").resolve(ann.name()), "unix:uid"))
          .isEqualTo(ann.uid());
    } finally {
      server.destroy();
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(server.exitValue()).isZero();
  }

  @Test
  void whatIsStartedForAUserHasHisRightsAndNoneOfOurs() throws Exception {
    users.change(ann.name(), "-aG", "mail");
    var program = folder.resolve("sendmail");
    Files.writeString(
        program,
        """
        #!/bin/sh
        cat >/dev/null
        exec >'%s'
        grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)|Umask):' /proc/$$/status
        pwd
        exec /usr/bin/env
        """
            .formatted(told()));
    var address =
        new InetSocketAddress(
            InetAddress.ofLiteral("127.62.%d.110".formatted(1 + service.uid() % 250)), 110);
    var settings = settings(address);
    mode(program, "rwxr-xr-x");
    give(Files.createFile(told()), ann, "rw-------");
    Files.writeString(
        settings, "xtnd: { xmit: { enabled: true, command: [%s] } }\n".formatted(program), APPEND);
    var server = start(settings);
    try {
      awaitReady(server.inputReader());
      try (var client = new Conversation(address)) {
        assertThat(client.hear()).startsWith("+OK");
        client.ask("USER " + ann.name());
        assertThat(client.ask("PASS teapot")).startsWith("+OK");
        assertThat(client.ask("XTND XMIT")).startsWith("+OK");
        assertThat(client.ask("Subject: a\r\n.")).startsWith("+OK");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      var groups = IntStream.of(ann.gid(), group("mail")).sorted().mapToObj(String::valueOf);
      assertThat(Files.readAllLines(told()).stream().map(String::strip))
          .containsExactlyInAnyOrder(
              "Umask:\t0077",
              "Uid:" + ("\t" + ann.uid()).repeat(4),
              "Gid:" + ("\t" + ann.gid()).repeat(4),
              "Groups:\t" + groups.collect(Collectors.joining(" ")),
              "CapInh:\t0000000000000000",
              "CapPrm:\t0000000000000000",
              "CapEff:\t0000000000000000",
              "CapAmb:\t0000000000000000",
              "/",
              "PWD=/");
      assertThat(capabilities(server.pid())).isEqualTo(AS_THE_KERNEL_SAYS);
    } finally {
      server.destroy();
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// Where a program writes what rights it has.
  private Path told() {
    return folder.resolve("told");
  }

  private Path settings(InetSocketAddress address) throws IOException {
    mode(folder, "rwxr-xr-x");
    var spool = Files.createDirectory(folder.resolve("spool"));
    mode(spool, "rwxrwxr-x");
    Files.setAttribute(spool, "unix:gid", group("mail"));
    give(
        Files.writeString(
            spool.resolve(ann.name()), LETTER + LETTER.replace("Subject: a", "Subject: c")),
        ann,
        "rw-------");
    give(Files.createDirectory(folder.resolve("state")), service, "rwx------");
    var line = "%s:{PLAIN}teapot:%d:%d\n".formatted(ann.name(), ann.uid(), ann.gid());
    give(Files.writeString(folder.resolve("users"), line), service, "rw-------");
    var text =
        """
        host: dewey.example
        listeners: [{ protocol: pop3, bind: "%s:%d" }]
        users: [{ file: users }]
        mail: { spool: "spool/{user}", state: state, identity: user }
        metrics: { bind: null }
        """
            .formatted(address.getAddress().getHostAddress(), address.getPort());
    return give(Files.writeString(folder.resolve("popinjay.yaml"), text), service, "rw-------");
  }

  private Process start(Path settings) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "/usr/bin/setpriv",
                "--reuid=" + service.uid(),
                "--regid=" + service.gid(),
                "--clear-groups",
                "--inh-caps=" + CAPABILITIES,
                "--ambient-caps=" + CAPABILITIES,
                "--bounding-set=" + CAPABILITIES,
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                readableClassPath(),
                "org.popinjay.server.Main",
                "serve",
                "-c",
                settings.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /// What the program is made of, where every account can read it.
  private String readableClassPath() throws IOException {
    var program = Files.createDirectory(folder.resolve("program"));
    mode(program, "rwxr-xr-x");
    var path = new ArrayList<String>();
    var entries = new StringTokenizer(System.getProperty("java.class.path"), File.pathSeparator);
    while (entries.hasMoreTokens()) {
      var from = Path.of(entries.nextToken());
      if (Files.exists(from)) {
        var to = program.resolve(path.size() + "-" + from.getFileName());
        copy(from, to);
        path.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, path);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var copy = Files.copy(file, to.resolve(from.relativize(file).toString()));
        mode(copy, Files.isDirectory(copy) ? "rwxr-xr-x" : "rw-r--r--");
      }
    }
  }

  private static void awaitReady(BufferedReader said) throws IOException {
    var heard = new StringBuilder();
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      heard.append(line).append('\n');
      if (line.startsWith("popinjay: ready")) {
        return;
      }
    }
    throw new AssertionError("the server did not start:\n" + heard);
  }

  private static String capabilities(long process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process + "/status"), UTF_8).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .map(line -> line.substring(7).strip())
        .findFirst()
        .orElse("");
  }

  private static int group(String name) throws IOException {
    return Accounts.system().groupId(name).orElse(0);
  }

  private static Path give(Path path, Account owner, String permissions) throws IOException {
    Files.setAttribute(path, "unix:uid", owner.uid());
    Files.setAttribute(path, "unix:gid", owner.gid());
    mode(path, permissions);
    return path;
  }

  private static void mode(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
