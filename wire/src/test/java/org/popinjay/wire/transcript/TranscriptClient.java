package org.popinjay.wire.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// One connection of a client that can read lines.
public final class TranscriptClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final StringBuilder gathered = new StringBuilder();
  private @Nullable String pushedBack;

  /// Connects.
  public TranscriptClient(InetSocketAddress address) throws IOException {
    socket.connect(address, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// Sends text, a character an octet. A server that closed meanwhile shows when reading.
  public void send(String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (SocketException _) {
      // What it said before it closed can still be read.
    }
  }

  /// Sends each octet by itself.
  public void sendOctetByOctet(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      send(text.substring(i, i + 1));
    }
  }

  /// Keeps text until there is no more, then sends all of it in one piece.
  public void gather(String text, boolean more) throws IOException {
    gathered.append(text);
    if (!more) {
      send(gathered.toString());
      gathered.setLength(0);
    }
  }

  /// The next line without its line end, or null at the end of the connection.
  public @Nullable String line() throws IOException {
    if (pushedBack != null) {
      var line = pushedBack;
      pushedBack = null;
      return line;
    }
    var octets = new ByteArrayOutputStream();
    try {
      int before = 0;
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        octets.write(octet);
        if (octet == '\n' && before == '\r') {
          var line = octets.toString(ISO_8859_1);
          return line.substring(0, line.length() - 2);
        }
        before = octet;
      }
    } catch (SocketException _) {
      // A reset is an end too.
    }
    return octets.size() == 0 ? null : octets.toString(ISO_8859_1);
  }

  /// Exactly so many octets, a character each; fewer at the end of the connection.
  public String octets(int count) throws IOException {
    return new String(in.readNBytes(count), ISO_8859_1);
  }

  /// Lets the next [#line] return this one again.
  void pushBack(String line) {
    pushedBack = line;
  }

  /// Closes the side of the client.
  public void hangUp() throws IOException {
    socket.shutdownOutput();
  }

  /// The socket, for what lines cannot do.
  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
