package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EscapeTest {

  @Test
  void whatCanBeReadStays() {
    assertThat(Escape.text("tea@example.org, Größe 日本 😀"))
        .isEqualTo("tea@example.org, Größe 日本 😀");
  }

  @Test
  void whatCouldForgeALineOrATerminalIsSpelledOut() {
    assertThat(Escape.text("a\r\nERROR \u001b[2J\"\\\u0000\u007f\u0085"))
        .isEqualTo("a\\r\\nERROR \\x1b[2J\\\"\\\\\\x00\\x7f\\x85");
  }

  @Test
  void whatTurnsOrHidesTextIsSpelledOut() {
    assertThat(Escape.text("\u202egpj\u2066\u200b\u2028\u00a0\ue000\ud800"))
        .isEqualTo("\\u{202e}gpj\\u{2066}\\u{200b}\\u{2028}\\xa0\\u{e000}\\u{d800}");
  }

  @Test
  void octetsAreNotTakenForACharset() {
    byte[] line = {'U', 'S', 'E', 'R', ' ', (byte) 0xe9, (byte) 0x80, 0, '"', '~', 0x7f};
    assertThat(Escape.octets(line, 0, line.length)).isEqualTo("USER \\xe9\\x80\\x00\\\"~\\x7f");
    assertThat(Escape.octets(line, 1, 4)).isEqualTo("SER");
  }

  @Test
  void aLongTextIsCutAndSaysSo() {
    assertThat(Escape.text("x".repeat(1000))).isEqualTo("x".repeat(253) + "...");
    assertThat(Escape.text("😀".repeat(1000))).isEqualTo("😀".repeat(63) + "...");
  }

  @Property
  void anyTextBecomesOneShortLine(@ForAll String text) {
    var line = Escape.text(text);
    assertThat(line.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(Escape.LONGEST_OCTETS);
    assertThat(line.chars()).noneMatch(Character::isISOControl);
  }

  @Property
  void anyOctetsBecomeShortAscii(@ForAll byte[] octets) {
    var line = Escape.octets(octets, 0, octets.length);
    assertThat(line.length()).isLessThanOrEqualTo(Escape.LONGEST_OCTETS);
    assertThat(line.chars()).allMatch(c -> c >= ' ' && c <= '~');
  }
}
