package org.popinjay.server.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a password: from the terminal, not shown, or as the first line of standard input; never
/// from the command line, which others can see.
final class PasswordPrompt {
  private static final int LONGEST = 1024;

  private final InputStream in;

  PasswordPrompt(InputStream in) {
    this.in = in;
  }

  /// The password in UTF-8, to be wiped by the caller; empty for none, for one that is longer than
  /// 1024 octets, and for two that differ.
  ///
  /// @param twice whether to ask again on a terminal, since a slip would stay unseen
  // JDK 25 gives no console again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  Optional<byte[]> read(boolean twice) throws IOException {
    var console = System.console();
    return console != null && console.isTerminal() ? ask(console, twice) : firstLine();
  }

  private static Optional<byte[]> ask(Console console, boolean twice) {
    char[] first = console.readPassword("Password: ");
    char[] second = twice ? console.readPassword("Again: ") : first;
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
        Arrays.fill(buffer, (byte) 0);
        return Optional.empty();
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
}
