package org.popinjay.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.StringTokenizer;
import java.util.TreeMap;

/// Ports by the names of services: those of mail as they always were, others from the file of the
/// system, which often lacks `pop2`.
final class ServiceNames {
  private static final Path FILE = Path.of("/etc/services");
  private static final int MOST_OCTETS = 1 << 20;

  private static final Map<String, Integer> MAIL =
      new TreeMap<>(
          Map.of(
              "pop2", 109, "pop-2", 109, "pop", 110, "pop3", 110, "pop-3", 110, "imap", 143,
              "imap2", 143, "imaps", 993, "pop3s", 995, "kpop", 1109));

  private ServiceNames() {}

  /// What a port may be called, for who gave another name.
  static String known() {
    return String.join(", ", MAIL.keySet()) + ", or a TCP service of " + FILE;
  }

  /// The port of a service over TCP. May read a file.
  static OptionalInt port(String name) {
    var port = MAIL.get(name);
    return port != null ? OptionalInt.of(port) : port(name, FILE);
  }

  /// The port by a file as services(5) has it; none where it cannot be read.
  static OptionalInt port(String name, Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_OCTETS), StandardCharsets.ISO_8859_1)
          .lines()
          .mapToInt(line -> port(name, line))
          .filter(port -> port >= 0)
          .findFirst();
    } catch (IOException _) {
      return OptionalInt.empty();
    }
  }

  /// `name 110/tcp alias alias # comment`.
  private static int port(String name, String line) {
    int comment = line.indexOf('#');
    var words = new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
    if (words.countTokens() < 2) {
      return -1;
    }
    boolean named = words.nextToken().equals(name);
    var number = words.nextToken();
    while (!named && words.hasMoreTokens()) {
      named = words.nextToken().equals(name);
    }
    int slash = number.indexOf('/');
    return named && slash > 0 && number.endsWith("/tcp") && BindAddress.isNumber(number, slash)
        ? Integer.parseInt(number, 0, slash, 10)
        : -1;
  }
}
