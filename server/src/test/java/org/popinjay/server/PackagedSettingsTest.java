package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;

class PackagedSettingsTest {

  @Test
  void theShippedFileSaysWhatAnEmptyOneMeans() {
    var file = Path.of("..", "packaging", "popinjay.yaml");
    var result = new YamlConfigLoader(Map.of()).load(file, List.of());
    assertThat(result)
        .isInstanceOfSatisfying(
            LoadResult.Loaded.class,
            loaded -> assertThat(loaded.config()).isEqualTo(PopinjayConfig.DEFAULTS));
  }
}
