package org.popinjay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/// How the network cuts the stream must not matter.
class CrlfLineDecoderCutsTest {

  @Property(tries = 300)
  void cuttingTheInputAnywhereChangesNothing(
      @ForAll @Size(max = 200) List<Piece> pieces, @ForAll long seed) {
    var input = String.join("", pieces.stream().map(Piece::text).toList());
    var whole = decode(List.of(input));
    assertThat(decode(input.chars().mapToObj(Character::toString).toList())).isEqualTo(whole);
    var random = new Random(seed);
    var cut = new ArrayList<String>();
    for (int at = 0; at < input.length(); ) {
      int next = Math.min(input.length(), at + 1 + random.nextInt(30));
      cut.add(input.substring(at, next));
      at = next;
    }
    assertThat(decode(cut)).isEqualTo(whole);
  }

  @Example
  void everySplitInTwoGivesTheSame() {
    var input = "NOOP\r\nRETR 1\n" + "x".repeat(50) + "\r\nL" + "y".repeat(30) + "\r\n\r\nQUIT\r\n";
    var whole = decode(List.of(input));
    for (int at = 0; at <= input.length(); at++) {
      assertThat(decode(List.of(input.substring(0, at), input.substring(at)))).isEqualTo(whole);
    }
  }

  /// Pieces of input that matter to the decoder.
  enum Piece {
    CRLF("\r\n"),
    LF("\n"),
    WORD("NOOP"),
    LONG_WORD("Lxxxxxxxxxxxx"),
    SPACE(" "),
    HIGH("\u00ff"),
    MUCH("x".repeat(19)),
    CR("\r"),
    NUL("\0");

    private final String text;

    Piece(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private static List<Object> decode(List<String> parts) {
    var channel =
        new EmbeddedChannel(
            new CrlfLineDecoder(CrlfLineDecoderTest.LIMIT, CrlfLineDecoderTest.STRINGS));
    parts.forEach(part -> channel.writeInbound(Unpooled.copiedBuffer(part, ISO_8859_1)));
    channel.finish();
    return CrlfLineDecoderTest.taken(channel);
  }
}
