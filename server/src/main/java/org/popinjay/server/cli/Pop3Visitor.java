package org.popinjay.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// A POP3 client that talks to a server in training, and ends at the first word it does not expect.
final class Pop3Visitor implements AutoCloseable {
  private static final int IN_THE_AIR = 64;

  private final VisitorLine line;

  /// Connects and reads the greeting.
  Pop3Visitor(InetSocketAddress address) throws IOException {
    line = new VisitorLine(address);
    expectOk("greeting");
  }

  /// What a mail client says that polls.
  void poll(DemoDirectory.User guest) throws IOException {
    ask("CAPA", true);
    signIn(guest);
    ask("TOP 1 5", true);
    ask("RETR 1", true);
    ask("RETR 4", true);
    ask("NOOP", false);
    ask("QUIT", false);
  }

  /// Fetches up to so many messages, many at a time, and removes the first of the maildrop.
  void fetch(DemoDirectory.User guest, int messages) throws IOException {
    signIn(guest);
    for (int first = 1; first <= messages; first += IN_THE_AIR) {
      int behind = Math.min(messages + 1, first + IN_THE_AIR);
      var commands = new StringBuilder();
      for (int number = first; number < behind; number++) {
        commands.append("RETR ").append(number).append("\r\n");
      }
      line.say(commands.toString());
      for (int number = first; number < behind; number++) {
        expectOk("RETR " + number);
        readLines();
      }
    }
    ask("DELE 1", false);
    ask("QUIT", false);
  }

  private void signIn(DemoDirectory.User guest) throws IOException {
    ask("USER " + guest.name(), false);
    ask("PASS " + guest.password(), false);
    ask("STAT", false);
    for (var command : List.of("LIST", "UIDL")) {
      ask(command, true);
    }
  }

  private void ask(String command, boolean manyLines) throws IOException {
    line.say(command + "\r\n");
    expectOk(command);
    if (manyLines) {
      readLines();
    }
  }

  private void expectOk(String command) throws IOException {
    var answer = line.hear();
    if (!answer.startsWith("+OK")) {
      throw new IOException(command + ": " + answer);
    }
  }

  private void readLines() throws IOException {
    while (!line.hear().equals(".")) {
      // Only the reading matters.
    }
  }

  @Override
  public void close() throws IOException {
    line.close();
  }
}
