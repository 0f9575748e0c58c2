package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DotStuffingTest {

  /// Pieces of text that matter.
  enum Piece {
    DOT("."),
    LINE_END("\r\n"),
    WORD("word"),
    HIGH("\u00ff"),
    LONG("x".repeat(40)),
    CR("\r");

    private final String text;

    Piece(String text) {
      this.text = text;
    }
  }

  @Property(tries = 2000)
  void isWhatASimpleReadingGivesHoweverTheTextIsCut(
      @ForAll @Size(max = 120) List<Piece> pieces,
      @ForAll @IntRange(min = 1, max = 100) int longestPiece,
      @ForAll long seed) {
    var text = String.join("", pieces.stream().map(piece -> piece.text).toList());
    assertThat(stuffed(text, longestPiece, new Random(seed))).isEqualTo(simply(text));
  }

  @Example
  void linesOfDotsAtEachBorderOfTheSearch() {
    for (int before = 0; before < 40; before++) {
      var text = "x".repeat(before) + "\r\n.\r\n..\r\nabc.\r\n." + "y".repeat(before);
      for (int longest = 1; longest < text.length() + 1; longest++) {
        assertThat(stuffed(text, longest, new Random(longest))).isEqualTo(simply(text));
      }
    }
  }

  @Example
  void linesOf1023And1024And1025OctetsWithDotsAtTheirBorders() {
    for (int length = 1022; length <= 1026; length++) {
      var line = "." + "x".repeat(length - 2) + ".";
      var text = (line + "\r\n").repeat(5);
      assertThat(stuffed(text, 1024, new Random(1))).isEqualTo(simply(text));
    }
  }

  @Property
  void whatFitsHasRoomEvenIfEveryLineIsADot(@ForAll @IntRange(min = 2, max = 70_000) int room) {
    int fits = DotStuffing.fits(room);
    assertThat(DotStuffing.room(fits)).isLessThanOrEqualTo(room);
    assertThat(DotStuffing.fits(DotStuffing.room(room))).isGreaterThanOrEqualTo(room);
  }

  private static String stuffed(String text, int longestPiece, Random random) {
    var stuffing = new DotStuffing();
    var out = new StringBuilder();
    var octets = text.getBytes(ISO_8859_1);
    for (int at = 0; at < octets.length; ) {
      int length = Math.min(octets.length - at, 1 + random.nextInt(longestPiece));
      int from = random.nextInt(3);
      var buffer = ByteBuffer.allocateDirect(from + DotStuffing.room(length));
      buffer.put(from, octets, at, length);
      int end = stuffing.stuff(buffer, from, from + length);
      var piece = new byte[end - from];
      buffer.get(from, piece);
      out.append(new String(piece, ISO_8859_1));
      at += length;
    }
    return out.toString();
  }

  private static String simply(String text) {
    var dotted = text.replace("\n.", "\n..");
    return dotted.startsWith(".") ? "." + dotted : dotted;
  }
}
