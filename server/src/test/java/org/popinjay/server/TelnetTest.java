package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A human at a terminal, who types in lower case and ends lines with LF alone.
class TelnetTest {
  private static final String LISTENERS =
      """
      listeners:
        - { protocol: pop3, bind: "127.0.0.1:0" }
        - { protocol: imap, bind: "127.0.0.1:0" }
        - { protocol: pop2, bind: "127.0.0.1:0" }
        - { protocol: pop2+pop3, bind: "127.0.0.1:0" }\
      """;

  /// WILL, DO, a subnegotiation with a NUL and a line end in it, and a NOP (RFC 854, RFC 1073).
  private static final String REQUESTS =
      "\u00ff\u00fb\u001f\u00ff\u00fd\0\u00ff\u00fa\u001f\0P\0\n\u00ff\u00f0\u00ff\u00f1";

  @TempDir Path folder;

  /// What is heard behind the greeting until the server closes.
  private static String type(InetSocketAddress server, String text, boolean slowly)
      throws IOException {
    try (var socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(60_000);
      socket.setTcpNoDelay(true);
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      in.readLine();
      for (int i = 0; i < text.length(); i = slowly ? i + 1 : text.length()) {
        var piece = slowly ? text.substring(i, i + 1) : text;
        socket.getOutputStream().write(piece.getBytes(ISO_8859_1));
      }
      return String.join("|", in.readAllLines());
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '!',
      value = {
        "0 ! quit! +OK dewey.example signing off",
        "0 ! user tea~quit! +OK send PASS|+OK dewey.example signing off",
        "0 ! user tea~pass kettle~quit! +OK send PASS|+OK 0 messages (0 octets)|+OK dewey.example"
            + " signing off",
        "2 ! quit! + OK",
        "2 ! helo tea kettle~quit! #0 messages in INBOX|+ OK",
        "2 ! helo tea kettle~read~quit! #0 messages in INBOX|=0 no such message|+ OK",
        "3 ! quit! +OK signing off",
        "3 ! helo tea kettle~quit! #0 messages in INBOX|+ OK",
        "3 ! user tea~quit! +OK send PASS|+OK dewey.example signing off",
      })
  void quitWorksInEveryState(int listener, String typed, String heard) throws Exception {
    try (var served = Served.start(folder, LISTENERS, "legacy: { telnet: true }")) {
      var server = served.server().addresses().get(listener);
      var lines = typed.replace('~', '\n') + '\n';
      assertThat(type(server, lines, true)).isEqualTo(heard);
      var requested = REQUESTS + lines.replace("\nquit", "\n" + REQUESTS + "quit");
      assertThat(type(server, requested, true)).as("behind requests").isEqualTo(heard);
      assertThat(type(server, requested, false)).as("behind requests").isEqualTo(heard);
    }
  }

  @Test
  void imapHearsLinesWithBareLfAndNoRequests() throws Exception {
    try (var served = Served.start(folder, LISTENERS, "legacy: { telnet: true }")) {
      var lines = REQUESTS + "a login tea kettle\n" + REQUESTS + "b noop\nc logout\n";
      for (boolean slowly : new boolean[] {false, true}) {
        assertThat(type(served.imap(), lines, slowly))
            .startsWith("a OK ")
            .contains("|b OK ")
            .contains("|c OK ");
      }
    }
  }

  /// A message may begin with any octet.
  @Test
  void whatIsNoCommandIsLeftAsItIs() throws Exception {
    try (var served = Served.start(folder, LISTENERS, "legacy: { telnet: true }")) {
      var message = "\u00ff\u00fb\u001fSubject: x\r\n\r\n\u00ff\u00fb\u001f\r\n";
      var append = "b append inbox {" + message.length() + "+}\r\n" + message + "\r\n";
      var heard =
          type(
              served.imap(),
              "a login tea kettle\r\n"
                  + append
                  + "c select inbox\r\nd fetch 1 body[]\r\n"
                  + "e logout\r\n",
              false);
      assertThat(heard).contains("{" + message.length() + "}|\u00ff\u00fb\u001fSubject: x|");
    }
  }

  @Test
  void requestsAreNoCommandsUnlessTheSettingsSaySo() throws Exception {
    try (var served = Served.start(folder, LISTENERS)) {
      assertThat(type(served.pop3(), "\u00ff\u00fb\u001fquit\nquit\n", false))
          .isEqualTo("-ERR unknown command|+OK dewey.example signing off");
    }
  }
}
