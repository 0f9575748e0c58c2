package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoMailTest {

  @Test
  void theSameSeedGivesTheSameOctets() {
    assertThat(spool(7)).isEqualTo(spool(7)).isNotEqualTo(spool(8));
  }

  @Test
  void everyMessageBeginsBehindABlankLine() {
    var text = spool(1);
    assertThat(text).startsWith("From ").endsWith("\n\n");
    assertThat(text.split("\n\nFrom ")).hasSize(100);
    assertThat(text.lines().filter(line -> line.startsWith("From "))).hasSize(100);
  }

  @Test
  void separatorsAreAsDeliveryAgentsWriteThem() {
    assertThat(spool(1).lines().filter(line -> line.startsWith("From ")))
        .allMatch(line ->
            line.matches(
                "From [^ ]+@[^ ]+ [A-Z][a-z]{2} [A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d"
                    + " \\d{4}"));
  }

  @Test
  void thereIsSomethingOfEveryKind() {
    assertThat(spool(1))
        .contains("\n.\n", "\n..\n", "\n>From ", "multipart/mixed", "multipart/alternative")
        .contains("Grüße", "明日", "Content-Transfer-Encoding: 8bit", "base64", "=?utf-8?B?")
        .contains("Status: RO\n", "Status: O\n");
  }

  private static String spool(long seed) {
    return new String(DemoMail.spool("tea", "Tea Pot", 100, seed), UTF_8);
  }
}
