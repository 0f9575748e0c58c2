package org.popinjay.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Keeps `docs/configuration.md` true. To print it anew: `mvn -pl config test
/// -Dtest=ConfigReferenceTest -Dpopinjay.write=true`.
class ConfigReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void theReferenceIsUpToDate() throws IOException {
    if (Boolean.getBoolean("popinjay.write")) {
      Files.writeString(PAGE, ConfigReference.markdown());
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/configuration.md is stale; print it anew with"
                + " mvn -pl config test -Dtest=ConfigReferenceTest -Dpopinjay.write=true")
        .isEqualTo(ConfigReference.markdown());
  }

  @Test
  void everyKeyHasAMeaning() {
    assertThat(Schema.items())
        .allSatisfy(item -> {
          switch (item) {
            case Schema.Item.Block block -> assertThat(block.meaning()).endsWith(".");
            case Schema.Item.Key key -> {
              assertThat(key.meaning()).as(key.key()).endsWith(".");
              assertThat(key.type()).as(key.key()).isNotEmpty();
            }
          }
        });
  }
}
