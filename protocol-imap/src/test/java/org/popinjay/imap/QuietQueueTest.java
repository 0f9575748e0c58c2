package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.wire.transcript.NoLeaks;

/// News and commands that were sent already (RFC 9051, section 5.5).
@ExtendWith(NoLeaks.class)
class QuietQueueTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final EmbeddedImap imap = new EmbeddedImap(waiting::add);

  @AfterEach
  void close() {
    run();
    imap.close();
  }

  @Test
  void anExpungeWaitsWhileNumbersAreInTheQueue() {
    open();
    imap.store().removeBehindTheBack("tea", 1);
    imap.say("b NOOP\r\nc STORE 2 +FLAGS.SILENT (\\Seen)\r\nd NOOP\r\n");
    run();
    assertThat(imap.said())
        .isEqualTo(
            lines(
                "b OK NOOP completed", "c OK flags stored", "* 1 EXPUNGE", "d OK NOOP completed"));
  }

  @Test
  void uidsHoldNothingBack() {
    open();
    imap.store().removeBehindTheBack("tea", 1);
    imap.say("b NOOP\r\nc UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n");
    run();
    assertThat(imap.said())
        .isEqualTo("* 1 EXPUNGE\r\nb OK NOOP completed\r\nc OK flags stored\r\n");
  }

  @Test
  void numbersBehindIdleHoldNothingBackForGood() {
    open();
    imap.say("b IDLE\r\nc STORE 1 +FLAGS.SILENT (\\Seen)\r\n");
    run();
    assertThat(imap.said()).isEqualTo("+ idling\r\nb BAD expected DONE\r\n");
    imap.store().removeBehindTheBack("tea", 1);
    imap.say("d NOOP\r\n");
    run();
    assertThat(imap.said()).isEqualTo("* 1 EXPUNGE\r\nd OK NOOP completed\r\n");
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private void open() {
    imap.store().deliver("tea", "Subject: one\n\n".getBytes(ISO_8859_1));
    imap.store().deliver("tea", "Subject: two\n\n".getBytes(ISO_8859_1));
    imap.say("in LOGIN tea pot\r\n");
    run();
    imap.say("a SELECT INBOX\r\n");
    run();
    assertThat(imap.said()).contains("in OK ").contains("a OK ");
  }

  private void run() {
    for (var task = waiting.poll(); task != null; task = waiting.poll()) {
      task.run();
      imap.run();
    }
  }
}
