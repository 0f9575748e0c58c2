package org.popinjay.imap.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HeaderTextTest {

  @Property(tries = 300)
  void endsBehindTheFirstBlankLine(@ForAll("messages") String message) {
    int blank = ("\r\n" + message).indexOf("\r\n\r\n");
    var expected = blank < 0 ? message : message.substring(0, blank + 2);
    var header = header(message, Long.MAX_VALUE);
    assertThat(header.octets()).isEqualTo(expected.getBytes(ISO_8859_1));
    assertThat(header.headerLength()).isEqualTo(expected.length());
  }

  @Provide
  Arbitrary<String> messages() {
    return Arbitraries.of("\r\n", "\r\n", "a: b", " ", "\r", "x".repeat(5000))
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  @Test
  void veryLargeHeaderIsCountedOnly() {
    var message = "x: y\r\n".repeat(200_000) + "\r\n";
    var header = header(message + "body", Long.MAX_VALUE);
    assertThat(header.headerLength()).isEqualTo(message.length());
    assertThat(header.length()).isEqualTo(message.length());
    assertThat(header.octets()).isNull();
  }

  @Test
  void endsWhereItIsToldToEnd() {
    assertThat(header("a: b\r\nc: d\r\n\r\n", 6).headerLength()).isEqualTo(6);
  }

  private static HeaderText header(String message, long octetsMax) {
    var text = TestTexts.of(message.getBytes(ISO_8859_1));
    var header = new HeaderText(null);
    assertThat(text.seek(1, TestTexts.UID, 0)).isNull();
    assertThat(header.read(text, octetsMax)).isNull();
    text.close();
    return header;
  }
}
