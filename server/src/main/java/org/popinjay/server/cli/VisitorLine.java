package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;

/// The connection of a visitor to a server: one that trains it, or asks after its health.
final class VisitorLine implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final BufferedReader in;

  /// Connects.
  VisitorLine(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.connect(address, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1), 1 << 16);
  }

  void say(String commands) throws IOException {
    socket.getOutputStream().write(commands.getBytes(ISO_8859_1));
  }

  /// The next line.
  String hear() throws IOException {
    var line = in.readLine();
    if (line == null) {
      throw new IOException("the server closed the connection");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
