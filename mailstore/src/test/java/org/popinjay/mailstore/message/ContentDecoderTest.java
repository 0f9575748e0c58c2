package org.popinjay.mailstore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentDecoderTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          YWJj          | abc
          YWJjZA==      | abcd
          YWJjZGU=      | abcde
          YW~Jj         | abc
          Y W!J-j       | abc
          YWJjZGU=YWJj  | abcde
          YWJjZA=       | abcd
          YWJjZA        | abc
          YWJjZ=        | abc
          =YWJj         | ''
          ''            | ''
          """)
  void base64IsReadAsFarAsItMakesSense(String encoded, String expected) {
    assertThat(decode(ContentDecoder.base64(), encoded.replace("~", "\r\n"), 1 << 10))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=3Db=3d      | a=b=
          a=~b          | ab
          a= .~b        | a= .~b
          a=  ~b        | ab
          a  ~b         | a~b
          a b.  ~c      | a b.~c
          a=XYb         | a=XYb
          a=4Yb         | a=4Yb
          a==41         | a=A
          a=4=41        | a=4A
          a=            | a
          a=4           | a=4
          a =20~b       | a  ~b
          a =~b         | a b
          ''            | ''
          """)
  void quotedPrintableIsReadAsFarAsItMakesSense(String encoded, String expected) {
    for (int chunk = 1; chunk < 5; chunk++) {
      var decoded = decode(ContentDecoder.quotedPrintable(), encoded.replace("~", "\r\n"), chunk);
      assertThat(decoded).isEqualTo(expected.replace("~", "\r\n"));
    }
  }

  @Test
  void blanksAtTheEndOfContentGo() {
    assertThat(decode(ContentDecoder.quotedPrintable(), "a  ", 1)).isEqualTo("a");
  }

  @Test
  void aBareLineFeedStaysAndSoDoesABareReturn() {
    assertThat(decode(ContentDecoder.quotedPrintable(), "a \nb\rc\r", 1)).isEqualTo("a\nb\rc\r");
  }

  @Test
  void moreBlanksThanALineMayHaveDoNotGrowMemory() {
    var blanks = " ".repeat(100_000);
    assertThat(decode(ContentDecoder.quotedPrintable(), blanks + "x", 4_096))
        .isEqualTo(blanks + "x");
  }

  @Test
  void unknownEncodingsHaveNoDecoder() {
    assertThat(ContentDecoder.of("X-UUENCODE")).isNull();
    assertThat(decode(Objects.requireNonNull(ContentDecoder.of("8BIT")), "a=3D ", 2))
        .isEqualTo("a=3D ");
  }

  @Property
  void base64OfAnythingReadsBack(
      @ForAll byte[] octets, @ForAll @IntRange(min = 1, max = 90) int chunk) {
    var encoded = Base64.getMimeEncoder().encodeToString(octets);
    assertThat(decode(ContentDecoder.base64(), encoded, chunk))
        .isEqualTo(new String(octets, StandardCharsets.ISO_8859_1));
  }

  @Property
  void quotedPrintableNeverFailsAndCutsChangeNothing(
      @ForAll byte[] octets, @ForAll @IntRange(min = 1, max = 9) int chunk) {
    var text = new String(octets, StandardCharsets.ISO_8859_1);
    assertThat(decode(ContentDecoder.quotedPrintable(), text, chunk))
        .isEqualTo(decode(ContentDecoder.quotedPrintable(), text, octets.length + 1))
        .hasSizeLessThanOrEqualTo(octets.length);
  }

  private static String decode(ContentDecoder decoder, String encoded, int chunk) {
    byte[] in = encoded.getBytes(StandardCharsets.ISO_8859_1);
    var out = ByteBuffer.allocate(in.length + 2 * ContentDecoder.MOST_KEPT_BACK);
    for (int at = 0; at < in.length; at += chunk) {
      decoder.decode(ByteBuffer.wrap(in, at, Math.min(chunk, in.length - at)), out);
    }
    decoder.finish(out);
    return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
  }
}
