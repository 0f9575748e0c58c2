package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.NoLeaks;

/// Octets on their way in and out again.
@ExtendWith(NoLeaks.class)
class AppendedMailTest {
  private static final int MIB = 1024 * 1024;
  private static final StoreFailure GONE = new StoreFailure.Gone("test");

  private final Random random = new Random(1);
  private final ImapTestServer server = new ImapTestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anyOctetsAreFetchedAsTheyWereAppended() throws IOException {
    try (var client = new MailClient(server.address())) {
      for (int number = 1; number <= 60; number++) {
        var message = randomOctets(1 + random.nextInt(number < 55 ? 200 : 200_000));
        assertThat(append(client, message)).contains("\r\na OK [APPENDUID ");
        assertThat(client.ask("f UID FETCH " + number + " (RFC822.SIZE BODY.PEEK[])"))
            .isEqualTo(
                "* %d FETCH (UID %d RFC822.SIZE %d BODY[] {%d}\r\n%s)\r\nf OK messages fetched\r\n"
                    .formatted(number, number, message.length(), message.length(), message));
      }
    }
  }

  @Test
  void headerAndTextMakeTheWhole() throws IOException {
    try (var client = new MailClient(server.address())) {
      for (int number = 1; number <= 30; number++) {
        var message = randomOctets(1 + random.nextInt(60));
        var _ = append(client, message);
        var header = text(client.ask("h FETCH " + number + " BODY.PEEK[HEADER]"));
        var text = text(client.ask("t FETCH " + number + " BODY.PEEK[TEXT]"));
        assertThat(header + text).isEqualTo(message);
      }
    }
  }

  @Test
  void piecesFetchedInALoopMakeTheWhole() throws IOException {
    try (var client = new MailClient(server.address())) {
      var body = randomOctets(300_000);
      var _ = append(client, "Subject: large\r\n\r\n" + body);
      var all = new StringBuilder();
      for (int from = 0; from < body.length(); from += 16_384) {
        all.append(text(client.ask("f FETCH 1 BODY.PEEK[TEXT]<" + from + ".16384>")));
      }
      assertThat(all.toString()).isEqualTo(body);
    }
  }

  @Test
  void nulIsRefusedAndNothingIsAdded() throws IOException {
    try (var client = new MailClient(server.address())) {
      assertThat(append(client, "Subject: a\r\n\r\n\0")).contains("a NO [UNKNOWN-CTE] ");
      assertThat(client.ask("s STATUS INBOX (MESSAGES)")).contains("(MESSAGES 0)");
    }
  }

  @Test
  void clientThatDoesNotReadCostsNoMoreThanItsBuffer() throws IOException {
    var message = randomOctets(8 * MIB);
    try (var client = new MailClient(server.address(), 16 * 1024)) {
      var _ = append(client, message);
      client.send("f FETCH 1,1,1 (BODY.PEEK[] BODY.PEEK[TEXT] BODY.PEEK[]<0.8000000>)\r\n");
      var channel = server.connections.iterator().next();
      Awaited.until(() -> !channel.isWritable());
      var waiting = channel.unsafe().outboundBuffer();
      assertThat(waiting).isNotNull();
      assertThat(waiting.totalPendingWriteBytes()).isLessThanOrEqualTo(MIB);
      assertThat(client.upTo("f")).endsWith("f OK messages fetched\r\n");
    }
  }

  @Test
  void messageLostInsideALiteralEndsTheConnection() throws IOException {
    try (var client = new MailClient(server.address())) {
      var _ = append(client, "Subject: a\r\n\r\nbody");
      server.store.failNext(Operation.READ, GONE);
      assertThatThrownBy(() -> client.ask("f FETCH 1 BODY.PEEK[]"))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void messageThatIsGoneIsLeftOutAndSaidSo() throws IOException {
    try (var client = new MailClient(server.address())) {
      var _ = append(client, "Subject: a\r\n\r\nbody");
      server.store.failNext(Operation.CONTENT, GONE);
      assertThat(client.ask("f FETCH 1 BODY.PEEK[]")).startsWith("f NO [EXPUNGEISSUED] ");
      server.store.failNext(Operation.CONTENT, GONE);
      assertThat(client.ask("g FETCH 1 (UID BODY.PEEK[])"))
          .startsWith("* 1 FETCH (UID 1)\r\ng NO [EXPUNGEISSUED] ");
      server.store.failNext(Operation.CONTENT, GONE);
      assertThat(client.ask("h UID FETCH 1 BODY.PEEK[]"))
          .isEqualTo("* 1 FETCH (UID 1)\r\nh OK messages fetched\r\n");
    }
  }

  @Test
  void failureToMarkAsReadKeepsNoMailFromItsReader() throws IOException {
    try (var client = new MailClient(server.address())) {
      var _ = append(client, "Subject: a\r\n\r\nbody");
      server.store.failNext(Operation.FLAG, new StoreFailure.NoSpace("test"));
      assertThat(client.ask("f FETCH 1 BODY[TEXT]"))
          .isEqualTo("* 1 FETCH (BODY[TEXT] {4}\r\nbody)\r\nf OK messages fetched\r\n");
    }
  }

  @Test
  void diskThatFillsUpRefusesTheMessage() throws IOException {
    try (var client = new MailClient(server.address())) {
      server.store.failNext(Operation.DRAFT, new StoreFailure.NoSpace("test"));
      assertThat(append(client, "Subject: a\r\n\r\n")).startsWith("a NO [UNAVAILABLE] ");
      server.store.failNext(Operation.APPEND, new StoreFailure.OverQuota("test"));
      assertThat(append(client, "Subject: a\r\n\r\n")).startsWith("a NO [OVERQUOTA] ");
    }
  }

  private static String append(MailClient client, String message) throws IOException {
    return client.ask("a APPEND INBOX {" + message.length() + "+}\r\n" + message);
  }

  /// What a FETCH of one text answers: a literal, or a quoted string.
  private static String text(String answer) {
    int value = answer.indexOf(' ', answer.indexOf("BODY[")) + 1;
    if (answer.charAt(value) == '"') {
      var quoted = answer.substring(value + 1, answer.indexOf("\")\r\n", value));
      return quoted.replace("\\\"", "\"").replace("\\\\", "\\");
    }
    int close = answer.indexOf("}\r\n", value);
    int octets = Integer.parseInt(answer.substring(value + 1, close));
    return answer.substring(close + 3, close + 3 + octets);
  }

  /// Octets but NUL, line ends more often than chance has them; without an LF that has no CR before
  /// it, since that comes back as a line end.
  private String randomOctets(int length) {
    var message = new StringBuilder(length);
    while (message.length() < length) {
      switch (random.nextInt(8)) {
        case 0 -> message.append("\r\n");
        case 1 -> message.append('\r');
        default -> message.append((char) ('\n' + 1 + random.nextInt(245)));
      }
    }
    return message.substring(0, length);
  }

  @Test
  void lineFeedAloneComesBackAsALineEnd() throws IOException {
    try (var client = new MailClient(server.address())) {
      var _ = append(client, "Subject: a\n\nb\r\nc\rd\n");
      assertThat(text(client.ask("f FETCH 1 BODY.PEEK[]")))
          .isEqualTo("Subject: a\r\n\r\nb\r\nc\rd\r\n");
    }
  }
}
