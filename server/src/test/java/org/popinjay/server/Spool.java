package org.popinjay.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A spool whose messages are known to the octet.
///
/// @param file where it lies
/// @param messages each as it is stored: header, empty line and body, with LF line ends
record Spool(Path file, List<String> messages) {
  private static final String SEPARATOR = "From pot@example.org Sat Mar  1 09:30:00 2025\n";

  /// Messages with what goes wrong in bad servers: dots, octets over 127, long lines, no body, tabs
  /// and empty lines at the end.
  static final List<String> AWKWARD =
      List.of(
          message(1, "plain\n"),
          message(2, ".\n..\n.hidden\n...and more\n.\n"),
          message(3, "gr\u00fc\u00df gott \u00ff\u0080\n"),
          message(4, "x".repeat(70_000) + "\n"),
          message(5, ""),
          message(6, "\ttab and blanks  \n\n\n\n"),
          message(7, "no separator: From here on\n>quoted\n"));

  /// A message that tells which it is.
  static String message(int number, String body) {
    return "From: pot@example.org\nTo: tea@example.org\nSubject: number "
        + number
        + "\nMessage-ID: <"
        + number
        + "@example.org>\n\n"
        + body;
  }

  /// Writes the file.
  static Spool write(Path file, List<String> messages) throws IOException {
    Files.write(file, octets(messages));
    return new Spool(file, List.copyOf(messages));
  }

  /// Appends a message as a delivery agent does.
  void deliver(String body) throws IOException {
    Files.write(
        file, octets(List.of(message(messages.size() + 1, body))), StandardOpenOption.APPEND);
  }

  /// What the file holds now, as messages without what the server itself adds to their headers.
  List<String> stored() throws IOException {
    var text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return List.of(text.split("(?m)^" + SEPARATOR)).stream()
        .skip(1)
        .map(message -> message.substring(0, message.length() - 1))
        .map(message ->
            message.replaceAll("(?m)^(X-Popinjay|Status|X-Status|X-UID|X-IMAPbase): .*\n", ""))
        .toList();
  }

  /// A message as a client gets it, with CRLF line ends.
  byte[] onTheWire(int number) {
    return messages.get(number - 1).replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] octets(List<String> messages) {
    var all = new ByteArrayOutputStream();
    for (var message : messages) {
      all.writeBytes((SEPARATOR + message + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    return all.toByteArray();
  }
}
