package org.popinjay.server.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The source files of the whole project, for tests that read them.
///
/// Tests run in the folder of their module, so the project is one up.
final class Sources {
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private Sources() {}

  /// Every Java file of every module, production and tests.
  static List<Path> all() {
    return below(PROJECT).filter(file -> !file.toString().contains("/target/")).toList();
  }

  /// Production files of one package and, if asked for, those below it.
  static List<Path> ofPackage(String module, String name, boolean below) {
    var folder = PROJECT.resolve(module).resolve("src/main/java").resolve(name.replace('.', '/'));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return below(folder).filter(file -> below || folder.equals(file.getParent())).toList();
  }

  private static java.util.stream.Stream<Path> below(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
