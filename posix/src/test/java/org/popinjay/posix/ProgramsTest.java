package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProgramsTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Identity SOMEBODY = new Identity(61_990, 61_991, List.of(61_991, 61_992));

  @TempDir Path folder;

  private static void needRoot() {
    assumeTrue(Accounts.own().uid() == 0, "not root: nobody else can be acted as");
    assumeTrue(Programs.missingForUsers().isEmpty(), "no " + Programs.missingForUsers());
  }

  private Process start(Identity who, Duration timeMax, String script) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    var builder =
        new ProcessBuilder("/bin/sh", "-c", script)
            .directory(new File("/"))
            .redirectErrorStream(true);
    builder.environment().clear();
    var process = Programs.startAs(who, timeMax, builder);
    process.getOutputStream().close();
    return process;
  }

  private List<String> said(Identity who, String script) throws Exception {
    var process = start(who, LONG, script);
    var lines = process.inputReader().readAllLines();
    assertThat(process.waitFor()).isZero();
    return lines;
  }

  @Test
  void aProgramOfAUserHasHisRightsAndNoOthers() throws Exception {
    needRoot();
    assertThat(
            said(
                SOMEBODY,
                "grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)|Umask):' /proc/$$/status"))
        .map(line -> line.strip())
        .containsExactlyInAnyOrder(
            "Umask:\t0077",
            "Uid:\t61990\t61990\t61990\t61990",
            "Gid:\t61991\t61991\t61991\t61991",
            "Groups:\t61991 61992",
            "CapInh:\t0000000000000000",
            "CapPrm:\t0000000000000000",
            "CapEff:\t0000000000000000",
            "CapAmb:\t0000000000000000");
  }

  @Test
  void groupsOfOursAreNotThoseOfAUserWhoHasNone() throws Exception {
    needRoot();
    assertThat(said(new Identity(61_990, 61_991, List.of()), "id -G")).containsExactly("61991");
  }

  @Test
  void aProgramOfAUserHasNeitherOurEnvironmentNorOurDescriptors() throws Exception {
    needRoot();
    try (var _ = Files.newByteChannel(Files.createFile(folder.resolve("ours")))) {
      var script =
          "pwd; for it in /proc/$$/fd/*; do [ ! -e $it ] || echo ${it##*/}; done; exec"
              + " /usr/bin/env";
      assertThat(said(SOMEBODY, script)).containsExactly("/", "0", "1", "2", "PWD=/");
    }
  }

  @Test
  void theUmaskOfTheServerStaysAsItIs() throws Exception {
    needRoot();
    var before = umask();
    assertThat(said(SOMEBODY, "umask")).containsExactly("0077");
    assertThat(umask()).isEqualTo(before);
  }

  private static String umask() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("Umask:")).findFirst().orElseThrow();
    }
  }

  @Test
  void aProgramOfAUserThatTakesTooLongIsKilledWithWhatItStarted() throws Exception {
    needRoot();
    var process = start(SOMEBODY, Duration.ofSeconds(1), "sleep 55 & wait");
    // The output ends when the last of them is gone.
    assertThat(process.inputReader().readAllLines()).isEmpty();
    assertThat(process.waitFor()).isNotZero();
  }

  @Test
  void whatTheProgramEndsWithIsPassedOn() throws Exception {
    needRoot();
    assertThat(start(SOMEBODY, LONG, "exit 75").waitFor()).isEqualTo(75);
    var missing =
        Programs.startAs(SOMEBODY, LONG, new ProcessBuilder(folder.resolve("nothing").toString()));
    missing.getOutputStream().close();
    assertThat(missing.waitFor()).isEqualTo(127);
  }

  @Test
  void itIsProvedThatProgramsCanBeStartedAsUsers() throws IOException {
    needRoot();
    Programs.proveStartAs();
  }

  @Test
  void itIsProvedThatTheyCannotWhereTheRightsAreMissing() throws Exception {
    assumeTrue(Accounts.own().uid() != 0, "root may");
    assertThatThrownBy(Programs::proveStartAs).isInstanceOf(IOException.class);
  }

  @Test
  void nothingIsStartedAsRoot() {
    assertThatThrownBy(() ->
            Programs.startAs(
                new Identity(0, 0, List.of()), LONG, new ProcessBuilder("/bin/sh", "-c", "exit")))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("EPERM");
  }
}
