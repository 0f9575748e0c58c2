package org.popinjay.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.PasswordHash;
import org.popinjay.auth.Scheme;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `popinjay pw`: what to write into a users file for a password, or whether a password fits what
/// stands there. The password is asked twice where it is made into something.
@Command(
    name = "pw",
    description = "Read a password and print what a users file has for it, or check it.",
    footer = {
      "",
      "Example: echo \"alice:$(popinjay pw)\" >> /etc/popinjay/users",
      "With --check the exit code is 0 if the password fits, and 77 if not."
    })
final class PwCommand implements Callable<Integer> {
  private final PasswordPrompt prompt;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      description =
          "SHA512-CRYPT (the default), SHA256-CRYPT, BLF-CRYPT, YESCRYPT, CRYPT, ARGON2ID, PBKDF2,"
              + " SCRAM-SHA-256, SCRAM-SHA-1; weak: PLAIN, SSHA, SSHA256, SSHA512.")
  private String scheme = Scheme.SHA512_CRYPT.label();

  @Option(
      names = "--check",
      paramLabel = "STORED",
      description = "Say whether the password fits this field of a users file, {SCHEME}hash.")
  private @Nullable String stored;

  PwCommand(InputStream in) {
    this.prompt = new PasswordPrompt(in);
  }

  @Override
  public Integer call() throws IOException {
    return stored == null ? make() : check(stored);
  }

  private int make() throws IOException {
    var chosen = Scheme.named(scheme).orElseThrow(() -> wrong("--scheme: " + scheme + known()));
    byte[] password = password(true);
    try {
      say(PasswordHash.make(chosen, password, new SecureRandom()));
      return ExitCode.FINE;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private int check(String field) throws IOException {
    PasswordHash hash;
    try {
      hash = PasswordHash.parse(field);
    } catch (IllegalArgumentException e) {
      throw wrong("--check: " + e.getMessage());
    }
    byte[] password = password(false);
    try {
      boolean fits = hash.matches(password);
      say(fits ? "the password fits" : "the password does not fit");
      return fits ? ExitCode.FINE : ExitCode.NO_PERMISSION;
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private byte[] password(boolean twice) throws IOException {
    return prompt
        .read(twice)
        .orElseThrow(() -> wrong("no password, two that differ, or one of more than 1024 octets"));
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private static String known() {
    return Arrays.stream(Scheme.values())
        .map(Scheme::label)
        .collect(Collectors.joining(", ", " (expected one of ", ")"));
  }
}
