package org.popinjay.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Keeps `docs/metrics.md` true. To print it anew: `mvn -pl server -am test
/// -Dtest=MetricsReferenceTest -Dpopinjay.write=true`.
class MetricsReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  @Test
  void thePageSaysWhatThereIs() throws IOException {
    if (Boolean.getBoolean("popinjay.write")) {
      Files.writeString(PAGE, MetricsReference.print());
    }
    assertThat(PAGE)
        .as("print it anew as the comment of this test says")
        .content()
        .isEqualTo(MetricsReference.print());
  }
}
