package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/// A POP3 client that talks to a server in training, and ends at the first word it does not expect.
final class TrainingVisitor implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int IN_THE_AIR = 64;

  private final Socket socket;
  private final BufferedReader in;

  /// Connects and reads the greeting.
  TrainingVisitor(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.connect(address, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1), 1 << 16);
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
      say(commands.toString());
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
    say(command + "\r\n");
    expectOk(command);
    if (manyLines) {
      readLines();
    }
  }

  private void say(String commands) throws IOException {
    socket.getOutputStream().write(commands.getBytes(ISO_8859_1));
  }

  private void expectOk(String command) throws IOException {
    var answer = in.readLine();
    if (answer == null || !answer.startsWith("+OK")) {
      throw new IOException(command + ": " + answer);
    }
  }

  private void readLines() throws IOException {
    for (var line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      // Only the reading matters.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
