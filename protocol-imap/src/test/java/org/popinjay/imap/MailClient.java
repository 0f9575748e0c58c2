package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A client that asks one thing after the other and reads literals for what they are.
final class MailClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /// Connects, signs in and selects the INBOX.
  MailClient(InetSocketAddress server) throws IOException {
    this(server, 0);
  }

  /// @param receiveOctets what the system may keep of what was not read; 0 for as much as it likes
  MailClient(InetSocketAddress server, int receiveOctets) throws IOException {
    socket = new Socket();
    if (receiveOctets > 0) {
      socket.setReceiveBufferSize(receiveOctets);
    }
    socket.connect(server);
    in = new BufferedInputStream(socket.getInputStream());
    var _ = line();
    var _ = ask("login LOGIN " + ImapTestServer.USER + " pot");
    var _ = ask("select SELECT INBOX");
  }

  /// Sends a command and reads all up to its completion.
  String ask(String command) throws IOException {
    send(command + "\r\n");
    return upTo(command.substring(0, command.indexOf(' ')));
  }

  /// Sends characters as octets.
  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /// All up to the completion of a command, each octet a character.
  String upTo(String tag) throws IOException {
    var all = new StringBuilder();
    while (true) {
      var line = line();
      all.append(line);
      int open = line.lastIndexOf('{');
      if (open >= 0 && line.endsWith("}\r\n")) {
        int octets = Integer.parseInt(line.substring(open + 1, line.length() - 3));
        all.append(new String(in.readNBytes(octets), ISO_8859_1));
      } else if (line.startsWith(tag + " ")) {
        return all.toString();
      }
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      line.write(octet);
      if (octet == '\n') {
        return line.toString(ISO_8859_1);
      }
    }
    throw new EOFException(line.toString(ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
