package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.auth.PasswordHash;
import org.popinjay.auth.Scheme;
import org.popinjay.config.yaml.YamlConfigLoader;

class AuthTestCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;
  private Path settings;

  @BeforeEach
  void write() throws IOException {
    settings = folder.resolve("popinjay.yaml");
    Files.writeString(
        settings,
        """
        users:
          - file: %1$s/first
          - file: %1$s/second
        mail: { identity: process }
        """
            .formatted(folder));
    users("first", "alice:" + hash("teapot") + ":1001:1002::/home/alice:\n");
    users(
        "second",
        "bob:%s::::::app.phone=imap:{PLAIN}phone\ncarol:%s::::::nologin\ndave:{SSHA}%s\n"
            .formatted(hash("kettle"), hash("cup"), "A".repeat(40)));
  }

  @Test
  void saysWhichSourceLetsTheUserIn() {
    assertThat(run("teapot\n", "alice")).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "users.file %s/first: lets alice in, uid 1001, gid 1002, home /home/alice\n"
                .formatted(folder));
  }

  @Test
  void saysWhichSourcesWereAskedInVain() {
    assertThat(run("kettle\n", "bob")).isZero();
    assertThat(out.toString()).contains("first: does not know bob\n", "second: lets bob in, uid ");
    assertThat(run("x\n", "nobody")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).endsWith("no source knows nobody\n");
  }

  @Test
  void saysWhyNot() {
    assertThat(run("kettle\n", "alice")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).contains("first: knows the user; the password does not fit");
    assertThat(run("cup\n", "carol")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).contains("second: shuts the user out: shut out by nologin");
    assertThat(run("x\n", "dave")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).contains("shuts the user out: a password in the weak scheme SSHA");
    assertThat(run("x\n", "../bob")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).contains("nobody can have the name ../bob");
  }

  @Test
  void takesNamesAsASignInDoesAndSaysWhoIsNotAdmitted() throws IOException {
    var denied = folder.resolve("denied");
    Files.writeString(
        settings,
        Files.readString(settings)
            + "auth: { trimDomain: true, downcaseUser: true, denyUsers: "
            + denied
            + " }\n");
    assertThat(run("teapot\n", "alice")).isEqualTo(ExitCode.UNAVAILABLE);
    Files.writeString(denied, "bob\n");
    assertThat(run("teapot\n", "Alice@example.org")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("first: lets alice in");
    assertThat(run("kettle\n", "BOB")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).endsWith("auth.allowUsers, auth.denyUsers: do not admit bob\n");
  }

  @Test
  void saysWhichPasswordOfAProgramItIs() {
    assertThat(run("phone\n", "bob")).isZero();
    assertThat(out.toString()).contains("lets bob in (that of phone)");
    assertThat(run("phone\n", "--protocol", "pop3", "bob")).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(out.toString()).contains("fits (that of phone) but is not for pop3");
  }

  @Test
  void aSourceThatCannotBeAskedIsNoWrongPassword() throws IOException {
    Files.delete(folder.resolve("second"));
    assertThat(run("teapot\n", "alice")).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void thePasswordIsNoArgument() {
    assertThat(run("", "alice", "teapot")).isEqualTo(ExitCode.USAGE);
    assertThat(run("", "alice")).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString() + err).doesNotContain("Password[");
  }

  private int run(String input, String... words) {
    var in = new ByteArrayInputStream(input.getBytes(UTF_8));
    var command = AuthCommand.commandLine(new YamlConfigLoader(Map.of()), in);
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    for (var each : command.getSubcommands().values()) {
      each.getCommandSpec().exitCodeOnInvalidInput(ExitCode.USAGE);
    }
    var all = new String[words.length + 3];
    all[0] = "test";
    all[1] = "-c";
    all[2] = settings.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    return command.execute(all);
  }

  private static String hash(String password) {
    return PasswordHash.make(Scheme.SHA256_CRYPT, password.getBytes(UTF_8), new SecureRandom());
  }

  private void users(String file, String lines) throws IOException {
    var path = folder.resolve(file);
    Files.writeString(path, lines);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
  }
}
