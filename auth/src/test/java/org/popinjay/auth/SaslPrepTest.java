package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {

  /// RFC 4013, section 3, examples 1 to 5.
  @ParameterizedTest
  @CsvSource({
    "I\u00adX,IX",
    "user,user",
    "USER,USER",
    "\u00aa,a",
    "\u2168,IX",
    "a\u00a0b,a b",
    "a\u200bb,ab",
    "\u0627\u0644,\u0627\u0644"
  })
  void textsThatLookTheSameBecomeTheSame(String text, String prepared) {
    assertThat(SaslPrep.prepare(text)).hasValue(prepared);
  }

  /// RFC 4013, section 3, examples 6 and 7, and the tables behind it.
  @ParameterizedTest
  @ValueSource(
      strings = {"\u0007", "\u06271", "\u0627a\u0628", "\ue000", "\ufffe", "\u200e", "\u00ad", ""})
  void someTextsAreForbidden(String text) {
    assertThat(SaslPrep.prepare(text)).isEmpty();
  }

  @Test
  void passwordsThatCannotBePreparedAreUsedAsTheyAre() {
    assertThat(SaslPrep.octets("p\u00e4ss".getBytes(UTF_8))).isEqualTo("p\u00e4ss".getBytes(UTF_8));
    assertThat(SaslPrep.octets("pa\u0308ss".getBytes(UTF_8)))
        .isEqualTo("p\u00e4ss".getBytes(UTF_8));
    assertThat(SaslPrep.octets(new byte[] {(byte) 0xff, 'a'})).containsExactly(0xff, 'a');
    assertThat(SaslPrep.octets("\ue000x".getBytes(UTF_8))).isEqualTo("\ue000x".getBytes(UTF_8));
  }
}
