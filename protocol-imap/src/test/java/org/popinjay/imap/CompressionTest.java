package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.wire.transcript.NoLeaks;

/// COMPRESS=DEFLATE as a client sees it (RFC 4978).
@ExtendWith(NoLeaks.class)
class CompressionTest {
  private final ImapTestServer server = new ImapTestServer();
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);

  @AfterEach
  void close() {
    server.close();
    deflater.end();
    inflater.end();
  }

  @Test
  void whatFollowsTheCompletionIsCompressed() throws Exception {
    try (var client = compressed()) {
      say(client, "b NOOP\r\n");
      assertThat(hear(client, "b OK")).isEqualTo("b OK NOOP completed\r\n");
      say(client, "c SELECT INBOX\r\nd NOOP\r\n");
      assertThat(hear(client, "d OK")).contains("* 0 EXISTS\r\n").contains("c OK [READ-WRITE]");
    }
  }

  @Test
  void anIdlingClientHearsNewsAtOnce() throws Exception {
    try (var client = compressed()) {
      say(client, "c SELECT INBOX\r\nd IDLE\r\n");
      hear(client, "+ idling");
      server.store.deliver("tea", "Subject: one\n\n".getBytes(ISO_8859_1));
      assertThat(hear(client, "RECENT")).isEqualTo("* 1 EXISTS\r\n* 1 RECENT\r\n");
      say(client, "DONE\r\n");
      assertThat(hear(client, "d OK")).isEqualTo("d OK IDLE completed\r\n");
    }
  }

  @Test
  void octetByOctetIsAsGood() throws Exception {
    try (var client = compressed()) {
      for (byte octet : deflated("b NOOP\r\n")) {
        client.socket().getOutputStream().write(octet);
        client.socket().getOutputStream().flush();
      }
      assertThat(hear(client, "b OK")).isEqualTo("b OK NOOP completed\r\n");
    }
  }

  @Test
  void onceIsEnough() throws Exception {
    try (var client = compressed()) {
      say(client, "b COMPRESS DEFLATE\r\n");
      assertThat(hear(client, "b "))
          .isEqualTo("b NO [COMPRESSIONACTIVE] DEFLATE is active already\r\n");
    }
  }

  @Test
  void whatIsNotCompressedIsTheEnd() throws Exception {
    try (var client = compressed()) {
      client.send("b NOOP\r\n\r\n\r\nthis is plain\r\n");
      assertThat(hear(client, "* BYE"))
          .isEqualTo("* BYE [CLIENTBUG] this is no compressed data\r\n");
      assertThat(client.socket().getInputStream().readAllBytes()).hasSizeLessThan(8);
    }
  }

  @Test
  void aBombIsTheEnd() throws Exception {
    try (var client = compressed()) {
      // Long commands that are refused one after the other would be the end anyway; this is one
      // long line that does not end.
      client.socket().getOutputStream().write(deflated("x".repeat(8 << 20)));
      assertThat(hear(client, "BYE")).contains("* BYE [CLIENTBUG] this is no compressed data");
    }
  }

  private ImapTestClient compressed() throws IOException {
    var client = ImapTestClient.signedIn(server);
    assertThat(client.complete("a COMPRESS DEFLATE")).isEqualTo("OK DEFLATE active");
    return client;
  }

  private void say(ImapTestClient client, String text) throws IOException {
    client.socket().getOutputStream().write(deflated(text));
  }

  private byte[] deflated(String text) {
    deflater.setInput(text.getBytes(ISO_8859_1));
    var out = new ByteArrayOutputStream();
    var piece = new byte[4096];
    int length;
    do {
      length = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
      out.write(piece, 0, length);
    } while (length == piece.length);
    return out.toByteArray();
  }

  /// What the server says up to a line that holds a text.
  private String hear(ImapTestClient client, String last) throws IOException, DataFormatException {
    var heard = new StringBuilder();
    var piece = new byte[1];
    while (!(heard.indexOf(last) >= 0 && heard.charAt(heard.length() - 1) == '\n')) {
      int length = inflater.inflate(piece);
      if (length > 0) {
        heard.append((char) (piece[0] & 0xFF));
      } else {
        int octet = client.socket().getInputStream().read();
        assertThat(octet).as("more, behind <%s>", heard).isNotNegative();
        inflater.setInput(new byte[] {(byte) octet});
      }
    }
    return heard.toString();
  }
}
