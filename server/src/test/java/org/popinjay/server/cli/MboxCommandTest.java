package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;

class MboxCommandTest {
  private static final String FROM = "From a@example.org Thu Nov  9 22:33:52 2023\n";
  private static final String TWO =
      FROM + "Subject: one\nStatus: RO\n\nFrom here\n\n" + FROM + "Subject: two\n\nbody\n\n";

  private final Shell shell = new Shell();

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  private Path settings;
  private Path spool;

  @BeforeEach
  void lay() throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    Files.createDirectories(folder.resolve("home/mail"));
    spool = Files.writeString(folder.resolve("spool/tea"), TWO, ISO_8859_1);
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rw-------"));
    Files.setLastModifiedTime(spool, FileTime.from(Instant.parse("2026-03-01T09:30:00Z")));
    settings = folder.resolve("popinjay.yaml");
    Files.writeString(
        settings,
        """
        users: [{ file: %1$s/users }]
        mail:
          spool: %1$s/spool/{user}
          folders: "{home}/mail"
          state: %1$s/state
          identity: process
          asRoot: true
          timeZone: UTC
          locks: { timeout: 1s }
        mbox: { journalReserve: 1MiB }
        """
            .formatted(folder));
    var users = folder.resolve("users");
    Files.writeString(
        users, "tea:{PLAIN}pot::::%s/home\nshut:{PLAIN}x::::::nologin\n".formatted(folder));
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
  }

  private int run(String... words) {
    var all = new ArrayList<>(List.of("mbox", words[0], "-c", settings.toString()));
    all.addAll(Arrays.asList(words).subList(1, words.length));
    return shell.run(all.toArray(String[]::new));
  }

  private MailStore server() throws Exception {
    var config =
        ((LoadResult.Loaded) new YamlConfigLoader(Map.of()).load(settings, List.of())).config();
    return new MboxStoreProvider()
        .open(
            config,
            new StoreSurroundings(
                Posix.files(),
                UserIdentity.process(),
                InstantSource.system(),
                new SecureRandom(),
                StoreEvents.NONE));
  }

  /// The mailbox as a server leaves it.
  private void openOnce() throws Exception {
    server().close();
    assertThat(run("reindex", "--user", "tea")).as(shell.err()).isZero();
  }

  private Map<String, String> everything() throws IOException {
    var all = new TreeMap<String, String>();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.toList()) {
        var octets = Files.isRegularFile(path) ? Arrays.hashCode(Files.readAllBytes(path)) : 0;
        all.put(path.toString(), Files.getAttribute(path, "unix:ctime") + " " + octets);
      }
    }
    return all;
  }

  @Test
  void statTellsWhatIsInASpool() {
    assertThat(run("stat", "--user", "tea")).as(shell.err()).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            %s
              octets        144
              modified      2026-03-01T09:30:00Z
              owner         uid %s, gid %s, mode 0600
              messages      2
              first         2023-11-09T22:33:52Z
              last          2023-11-09T22:33:52Z
              flags         seen 1, answered 0, flagged 0, draft 0, deleted 0
              separators    2 strict, 0 lenient, 0 without a date; 0 with CRLF, 0 without a blank line before
              From lines    1 bare, 0 quoted (>From), 0 quoted again (>>From)
              fields        Status 1
              base          none
              longest line  44 octets, at octet 0
              8-bit         0 of the messages
              NUL           0 of the messages
              findings      1 (popinjay mbox verify tells them)
            """
                .formatted(spool, Accounts.own().uid(), Accounts.own().gid()));
    assertThat(shell.err())
        .isEqualTo("popinjay: there is no mail.state yet: " + folder + "/state\n");
    assertThat(run("stat", "--quiet", "--user", "tea")).isZero();
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void statTellsWhatTheStateHasOfIt() throws Exception {
    openOnce();
    assertThat(run("stat", spool.toString())).isZero();
    assertThat(shell.out())
        .contains(
            "mail.state\n  UIDVALIDITY   ",
            "\n  UIDNEXT       3\n",
            "\n  messages      2 known, 0 new, 0 gone, 0 with flags not in the spool yet\n",
            " octets, fresh\n  server        does not run\n");
    try (var _ = server()) {
      assertThat(run("stat", spool.toString())).isZero();
      assertThat(shell.out())
          .contains("server        runs, process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void statPrintsJson() throws Exception {
    openOnce();
    assertThat(run("stat", "--json", "--user", "tea")).isZero();
    assertThat(shell.out())
        .startsWith("{\"path\":\"" + spool + "\",\"file\":{\"octets\":144,\"modified\":\"2026-03-")
        .contains(
            "\"contents\":{\"messages\":2,\"first\":\"2023-11-09T22:33:52Z\"",
            "\"flags\":{\"seen\":1,\"answered\":0,",
            "\"fields\":{\"Status\":1},\"base\":null,\"pseudoMessage\":false",
            "\"uidNext\":3,\"known\":2,\"new\":0,\"gone\":0",
            "\"index\":\"fresh\"}",
            "\"findings\":[{\"kind\":\"bare-from\",\"message\":1,\"offset\":69,\"text\":\"a line"
                + " begins with \\\"From \\\" and separates"
                + " nothing\"}],\"findingsLeftOut\":0,\"notes\":[]}");
    assertThat(shell.out().lines()).hasSize(1);
  }

  @Test
  void verifySaysWhatIsOddAndEndsWith1() throws IOException {
    assertThat(run("verify", spool.toString())).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out())
        .isEqualTo(
            spool
                + ":69: message 1: a line begins with \"From \" and separates nothing"
                + " [bare-from]\n");
    Files.writeString(spool, FROM + "\nbody\n\n");
    assertThat(run("verify", spool.toString())).isZero();
    assertThat(shell.out()).isEqualTo(spool + ": 1 messages, nothing found\n");
    assertThat(run("verify", "--json", spool.toString())).isZero();
    assertThat(shell.out()).contains("\"findings\":[]");
  }

  @Test
  void aFileNeedsNoSettings() {
    assumeFalse(Files.exists(SettingsSource.STANDARD));
    assertThat(shell.run("mbox", "verify", spool.toString())).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.run("mbox", "verify", "--user", "tea")).isEqualTo(ExitCode.SETTINGS);
  }

  @Test
  void aNameThatTurnsATerminalAroundIsEscaped() throws IOException {
    var odd = Files.writeString(folder.resolve("a\u001b[31m"), FROM + "\nFrom here\n\n");
    assertThat(run("verify", odd.toString())).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out()).doesNotContain("\u001b").contains("a\\x1b[31m:");
    assertThat(run("stat", odd.toString())).isZero();
    assertThat(shell.out()).doesNotContain("\u001b");
    assertThat(run("stat", folder + "/no\u001bthing")).isEqualTo(ExitCode.NO_INPUT);
    assertThat(shell.err()).doesNotContain("\u001b");
  }

  @Test
  void exitCodesTellWhatWasWrong() throws Exception {
    assertThat(run("verify", folder + "/nothing")).isEqualTo(ExitCode.NO_INPUT);
    assertThat(shell.err()).isEqualTo("popinjay: there is no " + folder + "/nothing\n");
    assertThat(run("verify", "--user", "nobody")).isEqualTo(ExitCode.NO_USER);
    assertThat(run("verify", "--user", "../tea")).isEqualTo(ExitCode.NO_USER);
    assertThat(run("verify", "--user", "shut")).isEqualTo(ExitCode.NO_USER);
    assertThat(shell.err()).contains("shut is shut out");
    assertThat(run("verify", "--user", "tea", "--mailbox", "Sent")).isEqualTo(ExitCode.NO_INPUT);
    assertThat(run("verify")).isEqualTo(ExitCode.USAGE);
    assertThat(run("verify", "--mailbox", "Sent", spool.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(run("verify", "--user", "tea", spool.toString())).isEqualTo(ExitCode.USAGE);
    Files.writeString(folder.resolve("letter"), "Dear Bob");
    assertThat(run("stat", folder + "/letter")).isEqualTo(ExitCode.WRONG_DATA);
    assertThat(run("verify", folder + "/letter")).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out()).endsWith("Dear Bob [not-an-mbox]\n");
    assertThat(run("stat", folder.toString())).isEqualTo(ExitCode.WRONG_DATA);
    assertThat(run("verify", "/dev/null")).isEqualTo(ExitCode.FINDINGS);
  }

  @Test
  void aSpoolThatStaysLockedIsForLater() throws Exception {
    int agent = Posix.files().open(spool.toString(), OpenFlags.READ_WRITE, 0);
    try {
      assertThat(Posix.files().tryLock(agent, true)).isTrue();
      assertThat(run("verify", spool.toString())).isEqualTo(ExitCode.TRY_AGAIN);
      assertThat(shell.err()).contains(spool + " is locked: ");
    } finally {
      Posix.files().close(agent);
    }
  }

  @Test
  void aSpoolThatMayNotBeReadIsSaidSo() throws Exception {
    assumeFalse(Accounts.own().uid() == 0);
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("---------"));
    assertThat(run("stat", spool.toString())).isEqualTo(ExitCode.NO_PERMISSION);
  }

  @Test
  void aDryRunSaysWhatWouldBeDoneAndChangesNothing() throws Exception {
    openOnce();
    var index = damageTheIndex();
    var before = everything();
    assertThat(run("repair", "--dry-run", "--user", "tea")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            "to do: %s: %s cannot be used: damaged, or of another version of the server [index-damaged]\n"
                .formatted(spool, index));
    assertThat(everything()).isEqualTo(before);
  }

  private Path damageTheIndex() throws IOException {
    try (var files = Files.list(folder.resolve("state/tea"))) {
      var index =
          files.filter(file -> file.toString().endsWith(".cache")).findFirst().orElseThrow();
      return Files.writeString(index, "no index");
    }
  }

  @Test
  void repairReplacesAnIndexThatCannotBeUsed() throws Exception {
    openOnce();
    var index = damageTheIndex();
    assertThat(run("repair", "--user", "tea")).as(shell.err()).isZero();
    assertThat(shell.out())
        .startsWith("to do: ")
        .contains("\nrepaired: 2 messages, UIDVALIDITY ")
        .endsWith(
            ", UIDNEXT 3; 1 findings are left as they are (popinjay mbox verify tells them)\n");
    assertThat(Path.of(index + ".damaged")).hasContent("no index");
    assertThat(spool).hasContent(TWO);
    assertThat(run("repair", "--user", "tea")).isZero();
    assertThat(shell.out()).startsWith("nothing to repair; 1 findings are left");
  }

  @Test
  void whatOnlyAnOperatorCanMendIsSaidInWords() throws Exception {
    openOnce();
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(run("repair", "--user", "tea")).isZero();
    assertThat(shell.out())
        .startsWith("by hand: " + spool + ": is writable by everybody (regular, mode 0666");
  }

  @Test
  void reindexKeepsUids() throws Exception {
    openOnce();
    run("stat", "--json", "--user", "tea");
    var before = shell.out();
    assertThat(run("reindex", spool.toString())).as(shell.err()).isZero();
    assertThat(shell.out())
        .startsWith("index built anew: 2 messages, UIDVALIDITY ")
        .endsWith(", UIDNEXT 3\n");
    run("stat", "--json", "--user", "tea");
    assertThat(shell.out()).isEqualTo(before);
  }

  @Test
  void aServerThatCannotBeAskedIsNotMendedBehindItsBack() throws Exception {
    openOnce();
    damageTheIndex();
    try (var _ = server()) {
      assertThat(run("reindex", "--user", "tea")).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(shell.err())
          .startsWith("popinjay: no server listens at " + folder + "/state/control.sock");
      assertThat(run("repair", "--user", "tea")).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(run("repair", "--dry-run", "--user", "tea")).isZero();
      assertThat(run("verify", "--user", "tea")).isEqualTo(ExitCode.FINDINGS);
    }
  }

  @Test
  void rootSeesEverythingAndWritesNoStateOfTheServer() throws Exception {
    assumeTrue(Accounts.own().uid() == 0);
    openOnce();
    Files.writeString(
        settings, Files.readString(settings).replace("identity: process", "identity: user"));
    Files.writeString(
        folder.resolve("users"), "tea:{PLAIN}pot:1234:1234::%s/home\n".formatted(folder));
    Files.setAttribute(folder, "unix:mode", 0711);
    Files.setAttribute(spool, "unix:uid", 1234);
    Files.setAttribute(folder.resolve("state"), "unix:uid", 4321);
    assertThat(run("verify", "--user", "tea")).as(shell.err()).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out()).contains("[bare-from]", "[state-foreign]");
    assertThat(run("reindex", "--user", "tea")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(shell.err()).contains("/state belongs to uid 4321, and this runs as uid 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"repair", "reindex"})
  void aFileAloneHasNoStateToMend(String command) throws Exception {
    openOnce();
    var copy = Files.copy(spool, folder.resolve("copy"));
    var before = everything();
    int code = run(command, copy.toString());
    assertThat(code).isEqualTo(command.equals("repair") ? ExitCode.FINE : ExitCode.USAGE);
    assertThat(everything()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stat", "verify", "repair", "reindex"})
  void everyCommandHelps(String command) {
    assertThat(shell.run("mbox", command, "--help")).isZero();
    assertThat(shell.out())
        .startsWith("Usage: popinjay mbox " + command)
        .contains("Exit code 0", "Example", "--user", "FILE");
    assertThat(shell.run("mbox")).isEqualTo(ExitCode.USAGE);
  }
}
