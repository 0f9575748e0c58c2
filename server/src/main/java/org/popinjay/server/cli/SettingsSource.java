package org.popinjay.server.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.OptionSetting;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine.Option;

/// The option `-c FILE` and the reading of that file, for commands that need settings.
final class SettingsSource {
  static final Path STANDARD = Path.of("/etc/popinjay/popinjay.yaml");

  private final YamlConfigLoader loader;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Settings file; default: /etc/popinjay/popinjay.yaml.")
  private @Nullable Path file;

  SettingsSource(YamlConfigLoader loader) {
    this.loader = loader;
  }

  /// The file that is read.
  Path file() {
    return file == null ? STANDARD : file;
  }

  /// What a server is started with.
  ServedSettings served(LoadResult.Loaded loaded, List<OptionSetting> options) {
    return new ServedSettings(loader, file(), options, loaded);
  }

  /// Whether the command line names it.
  boolean isNamed() {
    return file != null;
  }

  /// Reads the file and prints what is wrong with it.
  LoadResult load(List<OptionSetting> options, PrintWriter err) {
    var result = loader.load(file(), options);
    if (result instanceof LoadResult.Faulty faulty) {
      err.print(faulty.print());
      if (file == null && !Files.exists(STANDARD)) {
        err.println(
            "popinjay: no settings; write "
                + STANDARD
                + ", name a file with -c FILE, or try `popinjay demo`");
      }
      err.flush();
    }
    return result;
  }
}
