package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter err = new StringWriter();
  private long nanos;

  private ProgressBar bar(boolean shown) {
    return new ProgressBar(new PrintWriter(err), () -> nanos, shown);
  }

  @Test
  void showsNothingOfWhatIsQuick() {
    try (var bar = bar(true)) {
      nanos += 999_000_000;
      bar.octets(10, 100);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void showsHowFarItIsAndGoesAway() {
    try (var bar = bar(true)) {
      nanos += 1_000_000_000;
      bar.octets(25, 100);
      nanos += 100_000_000;
      bar.octets(30, 100);
      assertThat(err.toString()).isEqualTo("\r[" + "#".repeat(10) + " ".repeat(30) + "]  25 %");
      bar.octets(0, 0);
    }
    assertThat(err.toString()).endsWith("\r" + " ".repeat(48) + "\r");
  }

  @Test
  void showsNothingToNobody() {
    try (var bar = bar(false)) {
      nanos += 5_000_000_000L;
      bar.octets(25, 100);
    }
    assertThat(err.toString()).isEmpty();
  }
}
