package org.popinjay.imap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.transcript.TranscriptClient;

/// A client that asks one thing after the other.
final class ImapTestClient implements AutoCloseable {
  private final TranscriptClient client;

  /// Connects and hears the greeting.
  ImapTestClient(InetSocketAddress server) throws IOException {
    client = new TranscriptClient(server);
    var _ = line();
  }

  /// Connects as the user of the transcripts.
  static ImapTestClient signedIn(ImapTestServer server) throws IOException {
    var client = new ImapTestClient(server.address());
    client.expectOk("in LOGIN tea pot");
    return client;
  }

  void send(String text) throws IOException {
    client.send(text);
  }

  @Nullable String line() throws IOException {
    return client.line();
  }

  /// Sends a command and reads up to its completion, which comes last.
  List<String> ask(String command) throws IOException {
    send(command + "\r\n");
    return upTo(command.substring(0, command.indexOf(' ') + 1));
  }

  /// Sends a command and returns its completion without the tag.
  String complete(String command) throws IOException {
    return ask(command).getLast().substring(command.indexOf(' ') + 1);
  }

  void expectOk(String command) throws IOException {
    var completion = complete(command);
    if (!completion.startsWith("OK")) {
      throw new AssertionError(command + ": " + completion);
    }
  }

  /// Lines up to one that begins so, or to the end.
  List<String> upTo(String start) throws IOException {
    var lines = new ArrayList<String>();
    for (var line = line(); line != null; line = line()) {
      lines.add(line);
      if (line.startsWith(start)) {
        break;
      }
    }
    return lines;
  }

  Socket socket() {
    return client.socket();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
