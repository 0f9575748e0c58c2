package org.popinjay.server.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
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

/// `popinjay pw`: what to write into a users file for a password.
///
/// The password comes from the terminal, asked twice and not shown, or as the first line of
/// standard input; never from the command line, which others can see.
@Command(
    name = "pw",
    description = "Read a password and print what a users file has for it.",
    footer = {"", "Example: echo \"alice:$(popinjay pw)\" >> /etc/popinjay/users"})
final class PwCommand implements Callable<Integer> {
  private static final int LONGEST = 1024;

  private final InputStream in;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      description =
          "PLAIN, SHA512-CRYPT (the default), SHA256-CRYPT, BLF-CRYPT, YESCRYPT or ARGON2ID.")
  private String scheme = Scheme.SHA512_CRYPT.label();

  PwCommand(InputStream in) {
    this.in = in;
  }

  // JDK 25 gives no console again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  @Override
  public Integer call() throws IOException {
    var chosen = Scheme.named(scheme).orElseThrow(() -> wrong("--scheme: " + scheme + known()));
    var console = System.console();
    byte[] password =
        (console != null && console.isTerminal() ? ask(console) : firstLine())
            .orElseThrow(() -> wrong("no password, or two that differ"));
    try {
      var field = PasswordHash.make(chosen, password, new SecureRandom());
      spec.commandLine().getOut().println(field);
      spec.commandLine().getOut().flush();
      return ExitCode.FINE;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static Optional<byte[]> ask(Console console) {
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Again: ");
    try {
      return first == null || first.length == 0 || !Arrays.equals(first, second)
          ? Optional.empty()
          : Optional.of(octets(first));
    } finally {
      wipe(first);
      wipe(second);
    }
  }

  private static void wipe(char @Nullable [] secret) {
    if (secret != null) {
      Arrays.fill(secret, '\0');
    }
  }

  private static byte[] octets(char[] secret) {
    var buffer = ByteBuffer.allocate(3 * secret.length);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(secret), buffer, true);
    byte[] octets = Arrays.copyOf(buffer.array(), buffer.position());
    Arrays.fill(buffer.array(), (byte) 0);
    return octets;
  }

  private Optional<byte[]> firstLine() throws IOException {
    byte[] buffer = new byte[LONGEST];
    int length = 0;
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      if (length == LONGEST) {
        throw wrong("a password of more than " + LONGEST + " octets");
      }
      buffer[length++] = (byte) octet;
    }
    if (length > 0 && buffer[length - 1] == '\r') {
      length--;
    }
    byte[] password = Arrays.copyOf(buffer, length);
    Arrays.fill(buffer, (byte) 0);
    return length == 0 ? Optional.empty() : Optional.of(password);
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
