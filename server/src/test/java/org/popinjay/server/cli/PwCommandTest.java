package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.PasswordHash;
import picocli.CommandLine;

class PwCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String input, String... arguments) {
    var command = new CommandLine(new PwCommand(new ByteArrayInputStream(input.getBytes(UTF_8))));
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    command.getCommandSpec().exitCodeOnInvalidInput(ExitCode.USAGE);
    return command.execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PLAIN",
        "SHA512-CRYPT",
        "sha256-crypt",
        "BLF-CRYPT",
        "YESCRYPT",
        "CRYPT",
        "ARGON2ID",
        "PBKDF2",
        "SSHA",
        "SSHA256",
        "SSHA512",
        "SCRAM-SHA-256",
        "SCRAM-SHA-1"
      })
  void whatIsPrintedMatchesThePassword(String scheme) {
    assertThat(run("grüner tee\r\nmore\n", "--scheme", scheme)).as(err.toString()).isZero();
    var hash = PasswordHash.parse(out.toString().strip());
    assertThat(hash.matches("grüner tee".getBytes(UTF_8))).isTrue();
    assertThat(hash.matches("grüner tee\r".getBytes(UTF_8))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA512-CRYPT", "ARGON2ID", "PBKDF2", "SSHA", "SCRAM-SHA-256"})
  void whatWasMadeIsChecked(String scheme) {
    assertThat(run("tea", "--scheme", scheme)).isZero();
    var made = out.toString().strip();
    assertThat(run("tea\n", "--check", made)).isZero();
    assertThat(out.toString()).endsWith("the password fits\n");
    assertThat(run("Tea\n", "--check", made)).isEqualTo(77);
    assertThat(out.toString()).endsWith("the password does not fit\n");
  }

  @Test
  void whatCannotBeReadCannotBeChecked() {
    assertThat(run("tea\n", "--check", "{ROT13}grn")).isEqualTo(64);
    assertThat(err.toString()).contains("unknown password scheme").doesNotContain("tea");
  }

  @Test
  void withoutASchemeItIsSha512() {
    assertThat(run("tea")).isZero();
    assertThat(out.toString()).startsWith("{SHA512-CRYPT}$6$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n"})
  void noPasswordIsWrongUsage(String input) {
    assertThat(run(input)).isEqualTo(64);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anUnknownSchemeIsWrongUsage() {
    assertThat(run("tea", "--scheme", "ROT13")).isEqualTo(64);
    assertThat(err.toString()).contains("ROT13", "expected one of PLAIN");
  }

  @Test
  void anEndlessLineIsNotReadToItsEnd() {
    assertThat(run("x".repeat(1025))).isEqualTo(64);
  }
}
