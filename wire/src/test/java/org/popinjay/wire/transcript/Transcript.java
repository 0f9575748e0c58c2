package org.popinjay.wire.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A conversation as it was written down.
///
/// ```
/// # What this shows, and where it is demanded.
/// mailbox INBOX = three.mbox
///
/// S: +OK {...}
/// C: STAT
/// S: +OK 3 {octets}
/// 2 C: QUIT
/// 2 closed
/// server fails OPEN Busy
/// spool INBOX = three.mbox
/// ```
///
/// A number in front names the connection; without one it is the first. In lines of the server
/// `{...}` stands for any text, `{name}` for a number that is bound to the name at its first use
/// and has to be the same later, and a lone `...` for any lines up to the next one that is written.
/// In all lines `{cr}`, `{nul}`, `{tab}` and `{sp}` stand for these octets, `{open}` for the brace
/// that a literal begins with, and `{name}` in lines of the client for what was bound.
///
/// @param name for reports
/// @param pipelining whether all lines of a client may be sent at once; `nopipelining` in a line of
///   its own says no
/// @param steps in order
public record Transcript(String name, boolean pipelining, List<Step> steps) {

  /// Copies the list.
  public Transcript {
    steps = List.copyOf(steps);
  }

  /// One line.
  public sealed interface Step {
    /// Its line in the file.
    int line();

    /// Before anything else: fills a mailbox.
    record Mailbox(int line, String mailbox, String file) implements Step {}

    /// Something that is to happen at the server; what is possible is the server's own.
    record Prepare(int line, String what) implements Step {}

    /// Compares a mailbox with a file, octet by octet.
    record Spool(int line, String mailbox, String file) implements Step {}

    /// The client sends a line.
    record Client(int line, int connection, String text) implements Step {}

    /// The server sends a line.
    record Server(int line, int connection, String text) implements Step {}

    /// The server closes the connection.
    record Closed(int line, int connection) implements Step {}

    /// The client closes its side.
    record Hangup(int line, int connection) implements Step {}
  }

  /// Reads a file.
  public static Transcript read(Path file) throws IOException {
    var steps = new ArrayList<Step>();
    boolean pipelining = true;
    int number = 0;
    for (var line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.equals("nopipelining")) {
        pipelining = false;
      } else {
        steps.add(step(number, line));
      }
    }
    return new Transcript(file.getFileName().toString(), pipelining, steps);
  }

  private static Step step(int number, String line) {
    int connection = 1;
    var rest = line;
    if (Character.isDigit(line.charAt(0))) {
      int space = line.indexOf(' ');
      connection = Integer.parseInt(line, 0, space, 10);
      rest = line.substring(space + 1);
    }
    if (rest.startsWith("C:")) {
      return new Step.Client(number, connection, text(rest));
    }
    if (rest.startsWith("S:")) {
      return new Step.Server(number, connection, text(rest));
    }
    if (rest.equals("closed")) {
      return new Step.Closed(number, connection);
    }
    if (rest.equals("hangup")) {
      return new Step.Hangup(number, connection);
    }
    if (rest.startsWith("server ")) {
      return new Step.Prepare(number, rest.substring(7));
    }
    var words = List.of(rest.split(" ", -1));
    if (words.size() == 4 && words.get(2).equals("=")) {
      switch (words.get(0)) {
        case "mailbox" -> {
          return new Step.Mailbox(number, words.get(1), words.get(3));
        }
        case "spool" -> {
          return new Step.Spool(number, words.get(1), words.get(3));
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException("line " + number + " is no step: " + line);
  }

  private static String text(String rest) {
    return rest.length() == 2 ? "" : rest.substring(3);
  }
}
