package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModifiedUtf7Test {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          INBOX | INBOX
          R&D | R&-D
          ~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e | ~peter/mail/&U,BTFw-/&ZeVnLIqe-
          Entw\u00fcrfe | Entw&APw-rfe
          \ud83c\udf75& | &2DzfdQ-&-
          """,
      delimiter = '|')
  void namesAreWrittenAsOtherServersDo(String name, String written) {
    assertThat(ModifiedUtf7.encode(name)).isEqualTo(written);
    assertThat(ModifiedUtf7.decode(written)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"&", "&AGE-", "&U,BTFw", "&*-", "&AA-", "a&-&", "\u00fc"})
  void whatNobodyWritesIsNoName(String written) {
    assertThat(ModifiedUtf7.decode(written)).isNull();
  }

  @Property(tries = 300)
  void whatIsWrittenIsReadAgain(@ForAll String name) {
    var sound = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(ModifiedUtf7.decode(ModifiedUtf7.encode(sound))).isEqualTo(sound);
  }

  @Property(tries = 300)
  void nothingMakesItThrow(@ForAll String written) {
    var _ = ModifiedUtf7.decode(written);
  }
}
