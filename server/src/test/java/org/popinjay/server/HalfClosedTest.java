package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that say all they have to say, close their side and listen on, as `nc -N` does; over the
/// transport that the server runs on.
class HalfClosedTest {
  private static final int OCTETS_FEW = 8 * 1024;

  @TempDir Path folder;

  /// What is heard until the server closes, behind a text that is all the client has to say.
  private static String heard(InetSocketAddress server, String said) throws IOException {
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(OCTETS_FEW);
      socket.setSoTimeout(60_000);
      socket.connect(server);
      socket.getOutputStream().write(said.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void allThatWasSaidIsDoneAndAnswered() throws Exception {
    try (var served = Served.start(folder)) {
      var spool = Spool.write(served.spool("tea"), Spool.AWKWARD);
      assertThat(heard(served.imap(), "a LOGIN tea kettle\r\nb SELECT INBOX\r\nc LOGOUT\r\n"))
          .contains("\r\na OK ", "\r\n* 7 EXISTS\r\n", "\r\nb OK ", "\r\n* BYE ", "\r\nc OK ");
      assertThat(
              heard(
                  served.pop3(),
                  "USER tea\r\nPASS kettle\r\nLIST 2\r\nTOP 3 0\r\nDELE 1\r\nQUIT\r\n"))
          .contains("\r\n+OK message 1 deleted\r\n")
          .endsWith("\r\n+OK dewey.example signing off (6 messages left)\r\n");
      assertThat(spool.stored()).hasSize(6);
    }
  }

  @Test
  void whoSaysNoMoreGetsALargeMessageWhole() throws Exception {
    try (var served = Served.start(folder)) {
      var body = ("x".repeat(70) + "\n").repeat(400_000);
      Spool.write(served.spool("tea"), List.of(Spool.message(1, body)));
      assertThat(heard(served.pop3(), "USER tea\r\nPASS kettle\r\nRETR 1\r\nQUIT\r\n"))
          .hasSizeGreaterThan(72 * 400_000)
          .endsWith("\r\n.\r\n+OK dewey.example signing off (1 messages left)\r\n");
    }
  }
}
