package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyLinesTest {

  @ParameterizedTest(name = "{0} lines of [{1}]: [{2}]")
  @CsvSource({
    "0, a:1||x|y|, a:1||",
    "1, a:1||x|y|, a:1||x|",
    "2, a:1||x|y|, a:1||x|y|",
    "3, a:1||x|y|, a:1||x|y|",
    "0, a:1|b:2|||, a:1|b:2||",
    "2, a:1||||x|, a:1||||",
    "0, |x|, |",
    "1, |x|y|, |x|",
    "0, a:1||, a:1||",
    "5, a:1||, a:1||",
  })
  void areHeaderBlankLineAndSoManyMore(int lines, String message, String wanted) {
    var octets = message.replace("|", "\r\n").getBytes(ISO_8859_1);
    for (int cut = 1; cut <= octets.length; cut++) {
      assertThat(wanted(octets, lines, cut)).isEqualTo(wanted.replace("|", "\r\n"));
    }
  }

  private static String wanted(byte[] octets, int lines, int cut) {
    var body = new BodyLines(lines);
    var out = new StringBuilder();
    var buffer = ByteBuffer.wrap(octets);
    for (int at = 0; at < octets.length && !body.complete(); at += cut) {
      int end = body.wanted(buffer, at, Math.min(octets.length, at + cut));
      out.append(new String(octets, at, end - at, ISO_8859_1));
    }
    return out.toString();
  }
}
