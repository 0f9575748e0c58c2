package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the launcher as a distribution has it, with JDKs that only say how they were called.
class LauncherTest {
  @TempDir private Path folder;
  private Path launcher = Path.of("popinjay");

  @BeforeEach
  void unpack() throws IOException {
    Files.createDirectories(folder.resolve("dist/bin"));
    Files.createDirectories(folder.resolve("dist/lib"));
    Files.createFile(folder.resolve("dist/lib/b.jar"));
    Files.createFile(folder.resolve("dist/lib/a.jar"));
    launcher = folder.resolve("dist/bin/popinjay");
    Files.copy(Path.of("..", "popinjay"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theBundledRuntimeIsUsedAndArgumentsArriveWhole() throws Exception {
    jdk("dist/runtime", "25.0.3");
    var run = start(launcher, Map.of(), "pw", "a b", "", "*");
    assertThat(run.code).as(run.output).isZero();
    assertThat(run.output)
        .contains("home " + folder.resolve("dist/runtime"))
        .contains("<-cp>\n<" + folder + "/dist/lib/a.jar:" + folder + "/dist/lib/b.jar>")
        .endsWith("<org.popinjay.server.Main>\n<pw>\n<a b>\n<>\n<*>\n");
  }

  @Test
  void theOwnVariableComesFirst() throws Exception {
    jdk("dist/runtime", "25.0.3");
    var own = jdk("own", "26");
    var run = start(launcher, Map.of("POPINJAY_JAVA_HOME", own.toString()), "version");
    assertThat(run.output).contains("home " + own + "\n");
  }

  @Test
  void anOwnVariableThatNamesAnOldJdkIsAnError() throws Exception {
    jdk("dist/runtime", "25.0.3");
    var old = jdk("old", "1.8.0_402");
    var run = start(launcher, Map.of("POPINJAY_JAVA_HOME", old.toString()), "version");
    assertThat(run.code).isEqualTo(69);
    assertThat(run.output).contains("POPINJAY_JAVA_HOME=" + old + " is no JDK 25 or newer");
  }

  @Test
  void anOldJavaHomeIsPassedOverForOneOnThePath() throws Exception {
    var old = jdk("old", "17.0.12");
    var good = jdk("good", "25");
    Files.createSymbolicLink(folder.resolve("java"), good.resolve("bin/java"));
    var run =
        start(
            launcher,
            Map.of("JAVA_HOME", old.toString(), "PATH", folder + ":" + System.getenv("PATH")),
            "version");
    assertThat(run.output).contains("home " + good + "\n");
  }

  @Test
  void aSymbolicLinkLeadsHome() throws Exception {
    jdk("dist/runtime", "25.0.3");
    var link = Files.createSymbolicLink(folder.resolve("link"), launcher);
    assertThat(start(link, Map.of(), "version").output).contains("dist/lib/a.jar");
  }

  @Test
  void ownOptionsComeAfterOurs() throws Exception {
    jdk("dist/runtime", "25.0.3");
    var run = start(launcher, Map.of("POPINJAY_JAVA_OPTS", "-Xmx2g -Dx=y"), "version");
    assertThat(run.output).contains("<-Xmx2g>\n<-Dx=y>\n<-cp>");
    assertThat(run.output.indexOf("/dist/lib/jvm.options>"))
        .isPositive()
        .isLessThan(run.output.indexOf("<-Xmx2g>"));
  }

  @Test
  void aTrainedCacheIsUsedWhereThereIsOne() throws Exception {
    jdk("dist/runtime", "25.0.3");
    assertThat(start(launcher, Map.of(), "version").output).doesNotContain("AOTCache");
    Files.createFile(folder.resolve("dist/lib/popinjay.aot"));
    assertThat(start(launcher, Map.of(), "version").output)
        .contains("<-XX:AOTCache=" + folder + "/dist/lib/popinjay.aot>");
  }

  @Test
  void theRelayStartsWithLittleSinceAMailProgramWaits() throws Exception {
    jdk("dist/runtime", "25.0.3");
    Files.createFile(folder.resolve("dist/lib/popinjay.aot"));
    assertThat(start(launcher, Map.of(), "preauth", "--socket", "/x").output)
        .endsWith("<org.popinjay.server.Main>\n<preauth>\n<--socket>\n</x>\n")
        .doesNotContain("jvm.options", "AOTCache", "incubator");
  }

  /// A JDK whose `java` prints its home and its arguments.
  private Path jdk(String name, String version) throws IOException {
    var home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    var java =
        Files.writeString(
            home.resolve("bin/java"),
            "#!/bin/sh\necho \"home " + home + "\"\nprintf '<%s>\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home;
  }

  private Run start(Path script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList())
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true);
    var variables = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", folder.toString()));
    variables.putAll(environment);
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "POPINJAY_JAVA_HOME"));
    builder.environment().putAll(variables);
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }

  private record Run(int code, String output) {}
}
