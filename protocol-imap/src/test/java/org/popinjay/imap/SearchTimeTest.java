package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.NoLeaks;

/// Searches that take long, in a time that the test passes. The clock is looked at before the first
/// slice and behind each that is not the last; a slice reads 64 messages.
@ExtendWith(NoLeaks.class)
class SearchTimeTest {
  private static final int SLICES = 5;

  private final Queue<Runnable> lane = new ArrayDeque<>();
  private LongSupplier nanoTime = () -> 0;
  private int looks;
  private final EmbeddedImap imap =
      new EmbeddedImap(Settings.DEFAULTS, lane::add, () -> nanoTime.getAsLong());

  @AfterEach
  void close() {
    imap.close();
  }

  @Test
  void aSearchThatTakesTooLongIsRefusedAndTheSessionGoesOn() {
    open();
    takes(Duration.ofSeconds(21));
    say("b SEARCH BODY pot\r\n");
    assertThat(imap.said()).isEqualTo("b NO [LIMIT] this search takes too long\r\n");
    assertThat(looks).as("begin, 21 s, 42 s, 63 s").isEqualTo(4);
    assertThat(imap.limits()).containsExactly(Limit.SEARCH_TIME);

    say("c SEARCH RETURN (COUNT) ALL\r\n");
    assertThat(imap.said())
        .isEqualTo("* ESEARCH (TAG \"c\") COUNT " + SLICES * 64 + "\r\nc OK SEARCH completed\r\n");
  }

  @Test
  void aSearchMayTakeAllItsTime() {
    open();
    takes(Duration.ofSeconds(15));
    say("b SEARCH RETURN (COUNT) BODY tea\r\n");
    assertThat(imap.said())
        .isEqualTo("* ESEARCH (TAG \"b\") COUNT " + SLICES * 64 + "\r\nb OK SEARCH completed\r\n");
    assertThat(imap.limits()).isEmpty();
  }

  @Test
  void aSearchForAClientThatIsGoneEndsWithItsSlice() {
    open();
    nanoTime =
        () -> {
          looks++;
          if (looks == 2) {
            imap.vanish();
          }
          return 0;
        };
    say("b SEARCH BODY pot\r\n");
    assertThat(looks).isEqualTo(2);
    assertThat(imap.said()).isEmpty();
  }

  /// Each look at the clock finds it so much later.
  private void takes(Duration slice) {
    nanoTime = () -> slice.toNanos() * looks++;
  }

  private void say(String text) {
    imap.say(text);
    for (var task = lane.poll(); task != null; task = lane.poll()) {
      task.run();
      imap.run();
    }
  }

  private void open() {
    for (int i = 0; i < SLICES * 64; i++) {
      imap.store().deliver("tea", "Subject: s\n\ntea\n".getBytes(ISO_8859_1));
    }
    say("in LOGIN tea pot\r\n");
    say("a SELECT INBOX\r\n");
    assertThat(imap.said()).contains("a OK ");
  }
}
