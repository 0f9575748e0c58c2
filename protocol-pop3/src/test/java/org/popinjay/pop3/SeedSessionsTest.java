package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.ListenerConfig.Responses;

/// Sessions as they stand in the papers of the old servers, line by line and octet by octet.
class SeedSessionsTest {

  /// Sizes of the messages on the wire, in the order of the spool.
  private static final int[] SIZES = {
    1180, 1216, 983, 2047, 765, 1489, 3210, 902, 1337, 688, 1023, 1024, 1025, 4096, 731, 1777, 2500,
    846, 1111, 5003, 999, 640, 1408
  };

  private static final int TOTAL = 36_000;

  @TempDir private Path folder;

  /// A human at telnet asks qpopper 2.53 on Linux/390 for 23 messages.
  @Test
  void theLinux390SessionIsRepeatedByQpoppersProfile() throws IOException {
    assertThat(SIZES).hasSize(23);
    assertThat(IntStream.of(SIZES).sum()).isEqualTo(TOTAL);
    var mail = TestMail.spool(folder);
    mail.fill(spool());
    try (var server =
            new Pop3TestServer(
                Settings.DEFAULTS.responses(Responses.QPOPPER).version("2.53"), mail);
        var client = new Pop3TestClient(server.address())) {
      assertThat(client.line()).isEqualTo("+OK QPOP (version 2.53) at dewey starting.");
      assertThat(client.ask("user tea")).isEqualTo("+OK Password required for tea.");
      assertThat(client.ask("pass pot")).isEqualTo("+OK tea has 23 messages (36000 octets).");
      assertThat(client.ask("list")).isEqualTo("+OK 23 messages (36000 octets)");
      assertThat(client.upToDot()).isEqualTo(listing());
      assertThat(client.ask("retr 4")).isEqualTo("+OK 2047 octets");
      assertThat(client.upToDot()).isEqualTo(message(4, "\r\n"));
      assertThat(client.ask("dele 4")).isEqualTo("+OK Message 4 has been deleted.");
      assertThat(client.ask("retr 4")).isEqualTo("-ERR Message 4 has been deleted.");
      assertThat(client.ask("quit")).isEqualTo("+OK Pop server at dewey signing off.");
      assertThat(client.line()).isNull();
    }
  }

  /// The test of the popper paper: connect, and go.
  @Test
  void theGreetingAndTheGoodbyeOfUcbAreRepeatedByPoppersProfile() throws IOException {
    try (var server =
            new Pop3TestServer(Settings.DEFAULTS.responses(Responses.POPPER).version("1.6"), null);
        var client = new Pop3TestClient(server.address())) {
      assertThat(client.line()).isEqualTo("+OK UCB Pop server (version 1.6) at dewey starting.");
      assertThat(client.ask("quit")).isEqualTo("+OK Pop server at dewey signing off.");
      assertThat(client.line()).isNull();
    }
  }

  /// The test of the UW pages: the port answers as its own server did.
  @Test
  void theGreetingOfUwIsRepeatedByItsProfile() throws IOException {
    try (var server =
            new Pop3TestServer(Settings.DEFAULTS.responses(Responses.UW).version("2001.80"), null);
        var client = new Pop3TestClient(server.address())) {
      assertThat(client.line()).isEqualTo("+OK POP3 dewey 2001.80 server ready");
      assertThat(client.ask("quit")).isEqualTo("+OK Sayonara");
      assertThat(client.line()).isNull();
    }
  }

  private static String listing() {
    var lines = new StringBuilder();
    for (int i = 0; i < SIZES.length; i++) {
      lines.append(i + 1).append(' ').append(SIZES[i]).append("\r\n");
    }
    return lines.toString();
  }

  private static byte[] spool() {
    var mbox = new StringBuilder();
    for (int number = 1; number <= SIZES.length; number++) {
      mbox.append("From linux390@example.org Mon Mar  6 12:00:00 2000\n")
          .append(message(number, "\n"))
          .append('\n');
    }
    return mbox.toString().getBytes(ISO_8859_1);
  }

  /// As many octets as [#SIZES] says where lines end with CRLF.
  private static String message(int number, String lineEnd) {
    var text =
        new StringBuilder("From: linux390@example.org\r\n")
            .append("Subject: number ")
            .append(number)
            .append("\r\n\r\n");
    int size = SIZES[number - 1];
    while (size - text.length() > 74) {
      text.append("x".repeat(70)).append("\r\n");
    }
    text.append("y".repeat(size - text.length() - 2)).append("\r\n");
    return text.toString().replace("\r\n", lineEnd);
  }
}
