package org.popinjay.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.transcript.TranscriptClient;

/// A client that asks one thing after the other.
final class Pop3TestClient implements AutoCloseable {
  private final TranscriptClient client;

  /// Connects; the greeting is still to be read.
  Pop3TestClient(InetSocketAddress server) throws IOException {
    client = new TranscriptClient(server);
  }

  void send(String text) throws IOException {
    client.send(text);
  }

  /// Sends to a server that may close meanwhile.
  void sendQuietly(String text) {
    try {
      client.send(text);
    } catch (IOException _) {
      // The server need not listen to the end.
    }
  }

  @Nullable String line() throws IOException {
    return client.line();
  }

  List<String> lines(int count) throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      lines.add(String.valueOf(line()));
    }
    return lines;
  }

  /// Exactly so many octets, a character each.
  String octets(int count) throws IOException {
    return client.octets(count);
  }

  /// Sends a command and reads the first line of the answer.
  String ask(String command) throws IOException {
    send(command + "\r\n");
    return String.valueOf(line());
  }

  /// Signs the user of the transcripts in and returns the answer to PASS.
  String signIn() throws IOException {
    assertThat(ask("USER tea")).isEqualTo("+OK send PASS");
    return ask("PASS pot");
  }

  /// The lines up to the dot, each with its CRLF and dots doubled as they came.
  String upToDot() throws IOException {
    var text = new StringBuilder();
    for (var line = line(); !".".equals(line); line = line()) {
      assertThat(line).as("a line before the dot").isNotNull();
      text.append(line).append("\r\n");
    }
    return text.toString();
  }

  void hangUp() throws IOException {
    client.hangUp();
  }

  Socket socket() {
    return client.socket();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
