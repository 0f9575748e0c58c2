package org.popinjay.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.UserSourceConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.OptionSetting;
import org.popinjay.config.yaml.YamlConfigLoader;

/// The settings that a server starts with, and the way to read them again: from the same file, with
/// the same options of the command line laid over it.
public final class ServedSettings {
  private final YamlConfigLoader loader;
  private final Path file;
  private final List<OptionSetting> options;
  private final LoadResult.Loaded first;
  private final Optional<InetdService> inetd;
  private final Optional<Path> guest;
  private final UnaryOperator<LoadResult.Loaded> narrowed;

  /// What came of reading them again.
  public sealed interface Reading {

    /// They are in order, and so is what they name.
    ///
    /// @param warnings what does not stand in the way
    record Sound(LoadResult.Loaded loaded, List<String> warnings) implements Reading {
      /// Copies the list.
      public Sound {
        warnings = List.copyOf(warnings);
      }
    }

    /// They are not.
    ///
    /// @param faults all of them, each with its place and its key
    record Faulty(List<String> faults) implements Reading {
      /// Copies the list.
      public Faulty {
        faults = List.copyOf(faults);
      }
    }
  }

  /// @param file where the settings are
  /// @param options what wins over the file
  /// @param first what was read there
  public ServedSettings(
      YamlConfigLoader loader, Path file, List<OptionSetting> options, LoadResult.Loaded first) {
    this(loader, file, options, first, Optional.empty(), Optional.empty(), loaded -> loaded);
  }

  private ServedSettings(
      YamlConfigLoader loader,
      Path file,
      List<OptionSetting> options,
      LoadResult.Loaded first,
      Optional<InetdService> inetd,
      Optional<Path> guest,
      UnaryOperator<LoadResult.Loaded> narrowed) {
    this.loader = loader;
    this.file = file;
    this.options = List.copyOf(options);
    this.first = narrowed.apply(first);
    this.inetd = inetd;
    this.guest = guest;
    this.narrowed = narrowed;
  }

  /// The same, for one service of inetd in the place of all listeners.
  ///
  /// @throws org.popinjay.config.SettingException where they do not allow it: TLS without a
  ///   certificate
  ServedSettings on(InetdService service) {
    return new ServedSettings(
        loader,
        file,
        options,
        first,
        Optional.of(service),
        Optional.empty(),
        loaded -> listening(loaded, service));
  }

  /// The same, for the one client on standard input and output.
  ///
  /// @param only the source that knows him, and nobody else
  /// @param socket where he comes in
  ServedSettings alone(UserSourceConfig only, Path socket) {
    return new ServedSettings(
        loader,
        file,
        options,
        first,
        Optional.empty(),
        Optional.of(socket),
        loaded -> new LoadResult.Loaded(loaded.config().servingOnly(only), loaded.effective()));
  }

  /// The settings to start with.
  public PopinjayConfig config() {
    return first.config();
  }

  /// What was read first, with origins.
  public LoadResult.Loaded first() {
    return first;
  }

  /// The service that is given on behalf of inetd.
  public Optional<InetdService> inetd() {
    return inetd;
  }

  /// The socket by which the one client on standard input and output comes in; the server ends with
  /// him.
  public Optional<Path> guest() {
    return guest;
  }

  private static LoadResult.Loaded listening(LoadResult.Loaded loaded, InetdService service) {
    var config = loaded.config();
    var listener = service.listener(config.listeners());
    return new LoadResult.Loaded(config.listeningOn(List.of(listener)), loaded.effective());
  }

  /// Where they are.
  public Path file() {
    return file;
  }

  /// Reads and checks everything as a start would. Blocks on the disk.
  public Reading again() {
    return switch (loader.load(file, options)) {
      case LoadResult.Faulty(var faults) ->
          new Reading.Faulty(faults.stream().map(Object::toString).toList());
      case LoadResult.Loaded loaded -> checked(narrowed.apply(loaded));
    };
  }

  private Reading checked(LoadResult.Loaded loaded) {
    var faults = new ArrayList<String>();
    var warnings = new ArrayList<String>();
    for (var problem : StartChecks.files(loaded.config(), file)) {
      (problem.exitCode() == ExitCode.FINE ? warnings : faults).add(problem.words());
    }
    UnbuiltFeatures.inUse(loaded.config())
        .forEach(name -> warnings.add(name + " has no effect yet"));
    return faults.isEmpty() ? new Reading.Sound(loaded, warnings) : new Reading.Faulty(faults);
  }
}
