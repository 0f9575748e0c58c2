package org.popinjay.server.migrate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;

/// A translation, read as the server reads its settings.
record Understood(PopinjayConfig config, List<String> leftovers) {

  static Understood of(Translation translation) {
    var document = translation.print().getBytes(StandardCharsets.UTF_8);
    return switch (new YamlConfigLoader(Map.of())
        .parse("printed", Path.of("/etc/popinjay"), document, List.of())) {
      case LoadResult.Loaded loaded ->
          new Understood(
              loaded.config(),
              translation.leftovers().stream().map(Translation.Leftover::toString).toList());
      case LoadResult.Faulty faulty ->
          throw new AssertionError(faulty.print() + translation.print());
    };
  }
}
