package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;

class SubmissionChecksTest {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  @TempDir Path folder;

  private PopinjayConfig settings(String identity, boolean enabled, String program)
      throws IOException {
    var file =
        Files.writeString(
            folder.resolve("popinjay.yaml"),
            """
            users: [{ file: users }]
            mail: { identity: %s }
            xtnd: { xmit: { enabled: %s, command: [%s] } }
            """
                .formatted(identity, enabled, program));
    return switch (new YamlConfigLoader(Map.of()).load(file, List.of())) {
      case LoadResult.Loaded loaded -> loaded.config();
      case LoadResult.Faulty faulty -> throw new AssertionError(faulty.print());
    };
  }

  @Test
  void mailThatCouldNotBeSentAsItsUserKeepsTheServerFromStarting() throws IOException {
    var problems = SubmissionChecks.of(settings("user", true, "/bin/sh"), List.of(SETPRIV));
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().exitCode()).isEqualTo(78);
    assertThat(problems.getFirst().words())
        .contains("xtnd.xmit.enabled", "/usr/bin/setpriv is not there", "util-linux");
  }

  @Test
  void nothingIsMissedWhereMailIsSentByTheServerOrNotAtAll() throws IOException {
    assertThat(SubmissionChecks.of(settings("process", true, "/bin/sh"), List.of(SETPRIV)))
        .isEmpty();
    assertThat(SubmissionChecks.of(settings("user", false, "/nothing"), List.of(SETPRIV)))
        .isEmpty();
    assertThat(SubmissionChecks.of(settings("user", true, "/bin/sh"), List.of())).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsWarnedOf() throws IOException {
    assertThat(SubmissionChecks.of(settings("process", true, "/nothing"), List.of()))
        .singleElement()
        .satisfies(problem -> assertThat(problem.exitCode()).isZero())
        .satisfies(problem -> assertThat(problem.words()).contains("/nothing cannot be run"));
  }
}
