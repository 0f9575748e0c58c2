package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;

class BoardChecksTest {
  @TempDir private Path temporary;

  private Path folder(String name) throws IOException {
    return permit(Files.createDirectory(temporary.resolve(name)), "rwxr-xr-x");
  }

  private static Path permit(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static List<Problem> problems(Path dir, Optional<Path> archive) {
    return BoardChecks.of(
        new BboardsConfig(Optional.of(dir), archive, false, List.of()), "no-such-group");
  }

  @Test
  void foldersInOrderAreNoProblem() throws IOException {
    var boards = folder("boards");
    permit(Files.createFile(boards.resolve("news.mbox")), "rw-r--r--");
    permit(Files.createFile(boards.resolve("hidden.mbox")), "rw-------");
    Files.writeString(boards.resolve("notes"), "no board");
    assertThat(problems(boards, Optional.of(folder("archive")))).isEmpty();
    assertThat(BoardChecks.of(BboardsConfig.DEFAULTS, "mail")).isEmpty();
  }

  @Test
  void aBoardThatNobodySeesIsAWarning() throws IOException {
    var boards = folder("boards");
    permit(Files.createFile(boards.resolve("world.mbox")), "rw-r--rw-");
    permit(Files.createFile(boards.resolve("two words.mbox")), "rw-r--r--");
    Files.createSymbolicLink(boards.resolve("link.mbox"), boards.resolve("world.mbox"));
    assertThat(problems(boards, Optional.empty()))
        .allMatch(problem -> problem.exitCode() == ExitCode.FINE)
        .extracting(problem -> problem.what().replace(boards + "/", ""))
        .containsExactly(
            "link.mbox: is a symbolic link, so that nobody sees that board",
            "two words.mbox: is no name for a board, so that nobody sees that board",
            "world.mbox: is writable by everybody, so that nobody sees that board");
  }

  @Test
  void aFolderThatCannotBeUsedKeepsTheServerFromStarting() throws IOException {
    var boards = permit(folder("boards"), "rwxrwxrwx");
    assertThat(problems(boards, Optional.of(temporary.resolve("missing"))))
        .extracting(problem -> problem.exitCode() + " " + problem.subject() + " " + problem.what())
        .containsExactly(
            ExitCode.SETTINGS + " bboards.dir " + boards + " is writable by everybody",
            ExitCode.SETTINGS
                + " bboards.archiveDir "
                + temporary.resolve("missing")
                + " is not there");
  }

  private List<Problem> namesakes(boolean anonymous, String... users) throws IOException {
    var file = Files.writeString(temporary.resolve("users"), String.join("\n", users) + "\n");
    permit(file, "rw-r-----");
    var settings =
        Files.writeString(
            temporary.resolve("popinjay.yaml"),
            """
            users: [{ file: users }]
            bboards: { dir: /var/bboards, anonymous: %s, anonymousNetworks: [192.0.2.0/24] }
            """
                .formatted(anonymous));
    return switch (new YamlConfigLoader(Map.of()).load(settings, List.of())) {
      case LoadResult.Loaded loaded -> BoardChecks.namesakes(loaded.config());
      case LoadResult.Faulty faulty -> throw new AssertionError(faulty.print());
    };
  }

  @Test
  void aUserByTheNameOfStrangersIsWarnedOf() throws IOException {
    assertThat(namesakes(true, "tea:{PLAIN}kettle", "anonymous:{PLAIN}kettle"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.FINE))
        .satisfies(problem ->
            assertThat(problem.words())
                .startsWith("bboards.anonymous: there is a user anonymous, ")
                .contains("give him another name"));
  }

  @Test
  void nobodyIsWarnedWhereStrangersAreNotLetInOrHaveTheNameAlone() throws IOException {
    assertThat(namesakes(false, "anonymous:{PLAIN}kettle")).isEmpty();
    assertThat(namesakes(true, "tea:{PLAIN}kettle", "Anonymous:{PLAIN}kettle")).isEmpty();
  }

  @Test
  void usersWhoCannotBeReadAreToldOfElsewhere() throws IOException {
    assertThat(namesakes(true, "tea:{PLAIN}kettle:0:0")).isEmpty();
  }
}
