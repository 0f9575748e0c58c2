package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A client that says lines and hears lines. Gives up after a minute of silence.
final class Conversation implements AutoCloseable {
  /// What is heard when the server has closed.
  static final String CLOSED = "(closed)";

  private final Socket socket;
  private final BufferedReader in;

  Conversation(InetSocketAddress server) throws IOException {
    this(new Socket(server.getAddress(), server.getPort()));
  }

  /// Over a socket that is connected; closes it.
  Conversation(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(60_000);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  /// Says a line and returns the first line of the answer.
  String ask(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return hear();
  }

  /// Says something.
  void say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The next line, or [#CLOSED].
  String hear() throws IOException {
    return Objects.requireNonNullElse(in.readLine(), CLOSED);
  }

  /// Greets and signs in.
  Conversation signIn(String user) throws IOException {
    assertThat(hear()).startsWith("+OK");
    assertThat(ask("USER " + user)).startsWith("+OK");
    assertThat(ask("PASS kettle")).startsWith("+OK");
    return this;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
