package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.faults.RamDirectory;

class MboxAdoptCommandTest {
  private static final String FROM = "From a@example.org Thu Nov  9 22:33:52 2023\n";

  private final Shell shell = new Shell();

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  private Path settings;

  @BeforeEach
  void lay() throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    Files.createDirectories(folder.resolve("state"));
    spool("tea", FROM + "X-UIDL: one\n\n1\n\n" + FROM + "Subject: x\n\n2\n\n");
    spool("pot", FROM + "X-IMAPbase: 305419896 0000000009\nX-UID: 9\nX-UIDL: nine\n\n1\n\n");
    spool("nobody", FROM + "Subject: x\n\n1\n\n");
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
          locks: { timeout: 1s }
        mbox: { journalReserve: 1MiB }
        """
            .formatted(folder));
    var users = folder.resolve("users");
    Files.writeString(users, "tea:{PLAIN}pot::::\npot:{PLAIN}tea::::\ngone:{PLAIN}x::::\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
  }

  private void spool(String user, String text) throws IOException {
    var spool = Files.writeString(folder.resolve("spool").resolve(user), text, ISO_8859_1);
    Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rw-------"));
  }

  private int adopt(String... words) {
    var all = new ArrayList<>(List.of("mbox", "adopt", "-c", settings.toString()));
    all.addAll(Arrays.asList(words));
    return shell.run(all.toArray(String[]::new));
  }

  @Test
  void everySpoolOfTheFolderIsAdoptedOnce() {
    assertThat(adopt("--from", "qpopper")).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out())
        .isEqualTo(
            """
            pot: 1 messages, 1 unique-ids kept, UIDs and UIDVALIDITY 305419896 kept
            tea: 2 messages, 2 unique-ids kept, UIDs are new
            adopted 2 of 3: 3 messages, 3 unique-ids kept
            """);
    assertThat(shell.err()).isEqualTo("popinjay: nobody: no source of users knows this name\n");

    assertThat(adopt("--from", "mailutils", "tea")).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out()).isEqualTo("adopted 0 of 1: 0 messages, 0 unique-ids kept\n");
    assertThat(shell.err()).isEqualTo("popinjay: tea: known already, left as it is\n");
  }

  @Test
  void aDryRunSaysTheSameAndChangesNothing() throws IOException {
    assertThat(adopt("--from", "mailutils", "--dry-run", "tea", "pot")).isEqualTo(ExitCode.FINE);
    assertThat(shell.out())
        .contains("tea: 2 messages, 1 unique-ids kept, UIDs are new\n")
        .endsWith("would adopt 2 of 2: 3 messages, 2 unique-ids kept\n");
    try (var left = Files.list(folder.resolve("state"))) {
      assertThat(left).isEmpty();
    }
    assertThat(adopt("--from", "uw", "-q", "tea", "pot")).isEqualTo(ExitCode.FINE);
    assertThat(shell.out()).isEqualTo("adopted 2 of 2: 3 messages, 1 unique-ids kept\n");
  }

  @Test
  void whatQpopperLeftComesBackFirst() throws IOException {
    spool(".tea.pop", FROM + "X-UIDL: zero\n\n0\n\n");
    spool(".pot.pop", "no mail\n");
    assertThat(adopt("--from", "qpopper", "--dry-run", "tea")).isEqualTo(ExitCode.FINE);
    assertThat(shell.out())
        .contains("UIDs are new, 1 messages of .USER.pop would come back before\n");
    assertThat(folder.resolve("spool/.tea.pop")).exists();

    assertThat(adopt("--from", "qpopper", "tea", "pot")).isEqualTo(ExitCode.FINDINGS);
    assertThat(shell.out())
        .contains("tea: 3 messages, 3 unique-ids kept, UIDs are new, 1 messages of .USER.pop are")
        .contains("pot: 1 messages, 1 unique-ids kept, UIDs and UIDVALIDITY 305419896 kept\n");
    assertThat(shell.err())
        .contains(
            "popinjay: pot: what is in .USER.pop stays there:",
            "does not begin with a valid From_ line");
    assertThat(folder.resolve("spool/.tea.pop")).isEmptyFile();
    assertThat(folder.resolve("spool/.pot.pop")).exists();
  }

  @Test
  void whoHasMailInWhatQpopperLeftAloneIsFoundToo() throws IOException {
    Files.delete(folder.resolve("spool/tea"));
    Files.delete(folder.resolve("spool/nobody"));
    spool(".tea.pop", FROM + "X-UIDL: zero\n\n0\n\n");
    assertThat(adopt("--from", "qpopper")).isEqualTo(ExitCode.FINE);
    assertThat(shell.out()).contains("tea: 1 messages, 1 unique-ids kept", "adopted 2 of 2");
  }

  @Test
  void namesComeOutOfAList() throws IOException {
    var list = Files.writeString(folder.resolve("names"), "tea\n\n gone \n");
    assertThat(adopt("--from", "popa3d", "--users", list.toString())).isEqualTo(ExitCode.FINE);
    assertThat(shell.out())
        .contains("gone: 0 messages, 0 unique-ids kept")
        .endsWith("adopted 2 of 2: 2 messages, 2 unique-ids kept\n");
    assertThat(adopt("--from", "popa3d", "--users", folder + "/none")).isEqualTo(ExitCode.NO_INPUT);
  }

  @Test
  void whatIsNoServerIsSaid() {
    assertThat(adopt("--from", "courier", "tea")).isEqualTo(ExitCode.SETTINGS);
    assertThat(shell.err()).contains("--from", "courier", "qpopper");
    assertThat(adopt("tea")).isEqualTo(ExitCode.USAGE);
  }
}
