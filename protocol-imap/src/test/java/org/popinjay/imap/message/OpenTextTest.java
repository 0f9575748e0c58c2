package org.popinjay.imap.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

class OpenTextTest {

  @Property(tries = 200)
  void piecesAreWhatStandsThereWhereverTheyBegin(
      @ForAll @IntRange(min = 1, max = 300) int octets,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 300) Integer> places) {
    var message = random(octets);
    var text = TestTexts.of(message);
    for (int place : places) {
      int from = place % octets;
      int length = 1 + place % (octets - from);
      assertThat(read(text.piece(1, TestTexts.UID, from, length), 1 + place % 7))
          .isEqualTo(Arrays.copyOfRange(message, from, from + length));
    }
    text.close();
  }

  @Test
  void loopOfPiecesOpensTheMessageOnce() {
    var message = random(200_000);
    var texts = TestTexts.counted(message);
    var text = texts.text();
    var all = new ByteArrayOutputStream();
    for (int from = 0; from < message.length; from += 16_383) {
      int length = Math.min(16_383, message.length - from);
      assertThat(text.seek(1, TestTexts.UID, from)).isNull();
      all.writeBytes(read(text.piece(1, TestTexts.UID, from, length), 1000));
      text.rest();
    }
    assertThat(all.toByteArray()).isEqualTo(message);
    assertThat(texts.opened()).isEqualTo(1);
    text.close();
  }

  @Test
  void goingBackOpensTheMessageAnewAndClosesItOnce() {
    var texts = TestTexts.counted(random(100));
    var text = texts.text();
    assertThat(text.seek(1, TestTexts.UID, 50)).isNull();
    assertThat(text.seek(1, TestTexts.UID, 49)).isNull();
    text.close();
    text.close();
    assertThat(texts.opened()).isEqualTo(2);
    assertThat(texts.closed()).isEqualTo(2);
  }

  @Test
  void saysWhyAMessageCannotBeOpened() {
    var gone = new StoreFailure.Gone("test");
    assertThat(new OpenText(_ -> StoreResult.failed(gone)).seek(1, TestTexts.UID, 0))
        .isEqualTo(gone);
  }

  private static byte[] random(int octets) {
    var message = new byte[octets];
    new Random(octets).nextBytes(message);
    return message;
  }

  /// All that a content gives, read so many octets at once.
  static byte[] read(MessageContent content, int atOnce) {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocateDirect(atOnce);
    while (true) {
      switch (content.read(buffer.clear())) {
        case Chunk.Lost(var failure) -> throw new AssertionError(failure);
        case Chunk.Octets(int count) -> {
          assertThat(count).isEqualTo(buffer.position());
          if (count == 0) {
            return all.toByteArray();
          }
        }
      }
      var piece = new byte[buffer.flip().remaining()];
      buffer.get(piece);
      all.writeBytes(piece);
    }
  }
}
