package org.popinjay.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
  private static final List<String> KNOWN = List.of("idleTimeout", "last", "nul", "takeoverIdle");

  @ParameterizedTest
  @CsvSource({
    "idelTimeout,idleTimeout",
    "IDLETIMEOUT,idleTimeout",
    "idle_timeout,idleTimeout",
    "lats,last",
    "null,nul",
    "takeOver,takeoverIdle",
  })
  void aSlipIsForgiven(String word, String meant) {
    assertThat(NearestWord.of(word, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"spool", "x", "''", "timeouts"})
  void aWordOfItsOwnIsNot(String word) {
    assertThat(NearestWord.of(word, KNOWN)).isEmpty();
  }

  @Test
  void aVeryLongWordCostsNothing() {
    assertThat(NearestWord.of("x".repeat(1 << 20), KNOWN)).isEmpty();
  }
}
