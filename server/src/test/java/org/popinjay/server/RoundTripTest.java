package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.message.HeaderReader;

/// Octets go from one client through a real spool to others, by both protocols.
class RoundTripTest {
  private static final int MESSAGES = 80;

  @TempDir Path folder;

  @Test
  void whatIsAppendedIsFetchedOctetForOctetAndRetrievedTheSame() throws Exception {
    var messages = new ArrayList<byte[]>();
    for (long seed = 0; seed < MESSAGES; seed++) {
      messages.add(Drafts.random(seed));
    }
    messages.addAll(Drafts.odd());
    messages.removeIf(message -> message.length == 0);
    Files.createDirectories(folder.resolve("spool"));
    try (var served = Served.start(folder)) {
      try (var client = new OctetClient(served.imap())) {
        client.ask("a LOGIN tea kettle");
        for (var message : messages) {
          client.append(message);
        }
        client.ask("b SELECT INBOX");
        assertFetched(client, messages);
        // What lies behind a removal is moved; what is flagged gets other fields.
        client.ask("c STORE 1:* +FLAGS.SILENT (\\Flagged $Odd)");
        client.ask("d STORE 1:3 +FLAGS.SILENT (\\Deleted)");
        client.ask("e CLOSE");
        client.ask("f SELECT INBOX");
        assertFetched(client, messages.subList(3, messages.size()));
      }
      assertRetrieved(served, messages.subList(3, messages.size()));
    }
    try (var served = Served.start(folder)) {
      assertRetrieved(served, messages.subList(3, messages.size()));
    }
  }

  private static void assertFetched(OctetClient client, List<byte[]> messages) throws IOException {
    for (int number = 1; number <= messages.size(); number++) {
      assertThat(client.fetch(number))
          .as("message %d", number)
          .isEqualTo(text(messages.get(number - 1)));
    }
  }

  private static void assertRetrieved(Served served, List<byte[]> messages) throws IOException {
    try (var client = new OctetClient(served.pop3())) {
      assertThat(client.greeting).startsWith("+OK");
      client.say("USER tea\r\nPASS kettle\r\n");
      for (int line = 0; line < 2; line++) {
        assertThat(client.line()).startsWith("+OK");
      }
      for (int number = 1; number <= messages.size(); number++) {
        assertThat(client.retrieve(number))
            .as("message %d", number)
            .isEqualTo(complete(text(messages.get(number - 1))));
      }
      client.say("QUIT\r\n");
      assertThat(client.line()).startsWith("+OK");
    }
  }

  /// The line ends that a message has to have in POP3: of its last line, and behind its header.
  private static String complete(String message) {
    var whole = message.endsWith("\n") ? message : message + "\r\n";
    // A header that is too long ends where it becomes so.
    boolean endless = whole.lines().count() > HeaderReader.MOST_FIELDS;
    return endless || hasBlankLine(whole) ? whole : whole + "\r\n";
  }

  private static boolean hasBlankLine(String message) {
    return message.startsWith("\r\n") || message.contains("\n\r\n");
  }

  private static String text(byte[] octets) {
    return new String(octets, ISO_8859_1);
  }

  /// A client that knows literals and dots, each octet a character.
  private static final class OctetClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    final String greeting;

    OctetClient(InetSocketAddress server) throws IOException {
      socket = new Socket(server.getAddress(), server.getPort());
      socket.setSoTimeout(60_000);
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
      greeting = line();
    }

    void say(String text) throws IOException {
      out.write(text.getBytes(ISO_8859_1));
    }

    String line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int octet = in.readUnsignedByte(); octet != '\n'; octet = in.readUnsignedByte()) {
        line.write(octet);
      }
      var text = line.toString(ISO_8859_1);
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    void ask(String command) throws IOException {
      say(command + "\r\n");
      complete(command.substring(0, 2));
    }

    private void complete(String tag) throws IOException {
      var line = line();
      while (!line.startsWith(tag)) {
        line = line();
      }
      assertThat(line).startsWith(tag + "OK");
    }

    void append(byte[] message) throws IOException {
      say("x APPEND INBOX {" + message.length + "+}\r\n");
      out.write(message);
      say("\r\n");
      complete("x ");
    }

    String fetch(int number) throws IOException {
      say("y FETCH " + number + " BODY.PEEK[]\r\n");
      var line = line();
      var start = "* " + number + " FETCH (BODY[] {";
      var quoted = "* " + number + " FETCH (BODY[] \"";
      if (line.startsWith(quoted)) {
        complete("y ");
        return line.substring(quoted.length(), line.length() - 2).replaceAll("\\\\(.)", "$1");
      }
      assertThat(line).startsWith(start).endsWith("}");
      var octets = in.readNBytes(Integer.parseInt(line, start.length(), line.length() - 1, 10));
      assertThat(line()).isEqualTo(")");
      complete("y ");
      return text(octets);
    }

    String retrieve(int number) throws IOException {
      say("RETR " + number + "\r\n");
      assertThat(line()).startsWith("+OK");
      var all = new ByteArrayOutputStream();
      while (true) {
        var line = new ByteArrayOutputStream();
        int before = 0;
        int octet = in.readUnsignedByte();
        while (octet != '\n' || before != '\r') {
          line.write(octet);
          before = octet;
          octet = in.readUnsignedByte();
        }
        line.write(octet);
        var text = line.toString(ISO_8859_1);
        if (text.equals(".\r\n")) {
          return all.toString(ISO_8859_1);
        }
        all.writeBytes((text.startsWith(".") ? text.substring(1) : text).getBytes(ISO_8859_1));
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
