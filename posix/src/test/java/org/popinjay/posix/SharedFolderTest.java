package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedFolderTest {
  private static final FileCalls CALLS = Posix.files();
  private static final Identity OWN = Accounts.own();
  private static final Identity STRANGER = Identity.NOBODY;

  @TempDir private Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void aFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("boards"));
    mode(folder, "rwxr-xr-x");
  }

  private SharedFolder shared(OptionalInt keepers) {
    var rules = new SpoolRules(1_000, true, keepers);
    return new SharedFolder(CALLS, UserIdentity.process(), true, rules, folder.toString());
  }

  private static Path mode(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private Path file(String name, String permissions) throws IOException {
    return mode(Files.writeString(folder.resolve(name), "text"), permissions);
  }

  private static int gid(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:gid");
  }

  private boolean reads(String name, Identity reader) throws IOException {
    return switch (shared(OptionalInt.empty()).open(name, reader)) {
      case SpoolOpening.Opened(int descriptor, _, boolean writable) -> {
        CALLS.close(descriptor);
        assertThat(writable).isFalse();
        yield true;
      }
      case SpoolOpening.Missing _ -> false;
      case SpoolOpening.Refused(String reason) -> throw new AssertionError(reason);
    };
  }

  private String refusal(String name) throws IOException {
    return shared(OptionalInt.empty()).open(name, OWN)
            instanceof SpoolOpening.Refused(String reason)
        ? reason
        : "";
  }

  @Test
  void theFirstOfOwnerGroupAndOthersDecides() throws IOException {
    int gid = gid(file("owner", "r--------"));
    file("group", "---r-----");
    file("others", "------r--");
    var member = new Identity(4_001, 4_001, List.of(gid));
    var primary = new Identity(4_001, gid, List.of());
    assertThat(reads("owner", OWN)).isTrue();
    assertThat(reads("owner", member)).isFalse();
    assertThat(reads("group", OWN)).isFalse();
    assertThat(reads("group", member)).isTrue();
    assertThat(reads("group", primary)).isTrue();
    assertThat(reads("group", STRANGER)).isFalse();
    assertThat(reads("others", STRANGER)).isTrue();
    assertThat(reads("others", member)).isFalse();
    assertThat(reads("missing", OWN)).isFalse();
  }

  @Test
  void whoMayNotEnterTheFolderFindsNothing() throws IOException {
    file("a", "r--r--r--");
    mode(folder, "rwxr-x---");
    assertThat(reads("a", STRANGER)).isFalse();
    assertThat(shared(OptionalInt.empty()).names(STRANGER))
        .isEqualTo(new SharedFolder.Names.Found(List.of()));
    assertThat(shared(OptionalInt.empty()).names(OWN))
        .isEqualTo(new SharedFolder.Names.Found(List.of("a")));
    mode(folder, "rwxr-xr--");
    assertThat(reads("a", STRANGER)).isFalse();
  }

  @Test
  void whatIsNoPlainFileIsRefused() throws Exception {
    file("target", "r--r--r--");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("target"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("/nowhere"));
    Files.createDirectory(folder.resolve("level"));
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("fifo") + "").start().waitFor())
        .isZero();
    assertThat(refusal("link")).endsWith("/link: is a symbolic link");
    assertThat(refusal("dangling")).endsWith("is a symbolic link");
    assertThat(refusal("level")).endsWith("is no regular file");
    assertThat(refusal("fifo")).endsWith("is no regular file");
    Files.write(file("large", "rw-r--r--"), new byte[1_001]);
    assertThat(refusal("large")).endsWith("/large: has more than 1000 octets");
    Files.createLink(temporary.resolve("second"), folder.resolve("target"));
    assertThat(refusal("target")).endsWith("has 2 names (expected 1)");
  }

  @Test
  void whatOthersMayWriteToIsRefused() throws IOException {
    var file = file("a", "rw-rw-r--");
    assertThat(refusal("a")).endsWith("is writable by a group that is not the spool group");
    assertThat(shared(OptionalInt.of(gid(file))).open("a", OWN))
        .isInstanceOfSatisfying(SpoolOpening.Opened.class, opened -> closed(opened.descriptor()));
    mode(file, "rw-r--rw-");
    assertThat(refusal("a")).endsWith("/a: is writable by everybody");
    mode(file, "rw-r--r--");
    mode(folder, "rwxrwxrwx");
    assertThat(refusal("a")).isEqualTo(folder + ": is writable by everybody");
    assertThat(shared(OptionalInt.empty()).names(OWN))
        .isEqualTo(new SharedFolder.Names.Refused(folder + ": is writable by everybody"));
  }

  private static void closed(int descriptor) {
    try {
      CALLS.close(descriptor);
    } catch (PosixException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFolderThatIsNoneIsRefused() throws IOException {
    Files.move(folder, temporary.resolve("away"));
    assertThat(refusal("a")).isEqualTo(folder + ": is not there");
    Files.createSymbolicLink(folder, temporary.resolve("away"));
    assertThat(refusal("a")).endsWith("is no folder, or a symbolic link");
  }

  /// With the kernel as the judge, groups of the reader and nobody else's count.
  @Test
  void theKernelDecidesWhereItCan() throws IOException {
    assumeTrue(OWN.uid() == 0, "only root can be somebody else");
    for (var parent = temporary; parent != null; parent = parent.getParent()) {
      assumeTrue((CALLS.stat(parent + "").permissions() & 1) != 0 || parent.equals(temporary), "");
    }
    mode(temporary, "rwxr-xr-x");
    Files.setAttribute(file("staff", "r--r-----"), "unix:gid", 4_242);
    file("all", "r--r--r--");
    try (var workers = FsuidWorkers.start(2, 16)) {
      var rules = new SpoolRules(1_000, true, OptionalInt.empty());
      var there = new SharedFolder(CALLS, workers, false, rules, folder.toString());
      var member = new Identity(4_001, 4_001, List.of(4_242));
      assertThat(there.open("staff", member))
          .isInstanceOfSatisfying(SpoolOpening.Opened.class, opened -> closed(opened.descriptor()));
      assertThat(there.open("staff", STRANGER)).isEqualTo(new SpoolOpening.Missing());
      assertThat(there.open("all", STRANGER))
          .isInstanceOfSatisfying(SpoolOpening.Opened.class, opened -> closed(opened.descriptor()));
    }
  }
}
