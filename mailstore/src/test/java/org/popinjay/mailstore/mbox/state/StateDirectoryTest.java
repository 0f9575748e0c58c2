package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreStartException.Reason;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

class StateDirectoryTest {

  @TempDir private Path temp;

  private final FileCalls files = Posix.files();

  private StateDirectory open(Path path) throws StoreStartException {
    return StateDirectory.open(files, path.toString());
  }

  private StoreStartException refused(Path path) {
    return catchThrowableOfType(StoreStartException.class, () -> open(path).close());
  }

  private int permissions(Path path) throws PosixException {
    return files.stat(path.toString()).permissions();
  }

  @Test
  void whatIsMissingIsMade() throws Exception {
    var path = temp.resolve("state");
    try (var state = open(path)) {
      assertThat(permissions(path)).isEqualTo(0700);
      assertThat(permissions(Path.of(state.scratch()))).isEqualTo(0700);
      assertThat(permissions(path.resolve(".lock"))).isEqualTo(0600);
    }
    try (var names = Files.list(path)) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", ".scratch");
    }
  }

  @Test
  void scratchIsEmptiedAtStart() throws Exception {
    var path = temp.resolve("state");
    open(path).close();
    Files.createDirectories(path.resolve(".scratch/a/b"));
    Files.writeString(path.resolve(".scratch/a/b/c"), "spilled");
    Files.createDirectory(path.resolve("kept"));
    Files.createSymbolicLink(path.resolve(".scratch/link"), path.resolve("kept"));
    Files.writeString(path.resolve("kept/file"), "kept");
    try (var state = open(path)) {
      assertThat(files.list(state.scratch())).isEmpty();
      assertThat(files.list(path + "/kept")).containsExactly("file");
    }
  }

  @Test
  void aSecondServerIsRefusedUntilTheFirstIsGone() throws Exception {
    var path = temp.resolve("state");
    var first = open(path);
    var refusal = refused(path);
    assertThat(refusal.reason()).isEqualTo(Reason.IN_USE);
    assertThat(refusal)
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining("mail.state");
    first.close();
    open(path).close();
  }

  @Test
  void aRefusedServerLeavesTheScratchOfTheOtherAlone() throws Exception {
    var path = temp.resolve("state");
    try (var state = open(path)) {
      Files.writeString(Path.of(state.scratch(), "in-use"), "x");
      assertThat(refused(path)).isNotNull();
      assertThat(files.list(state.scratch())).containsExactly("in-use");
    }
  }

  @Test
  void aFolderWhoseParentIsMissingIsNotMade() {
    var refusal = refused(temp.resolve("not/there"));
    assertThat(refusal.reason()).isEqualTo(Reason.CANNOT_CREATE);
    assertThat(refusal).hasMessageContaining("make the folder above it first");
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    Files.createDirectory(temp.resolve("real"));
    Files.createSymbolicLink(temp.resolve("state"), temp.resolve("real"));
    assertThat(refused(temp.resolve("state")).reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(temp.resolve("real")).isEmptyDirectory();
  }

  @Test
  void aPlantedLinkInPlaceOfTheLockIsRefused() throws Exception {
    Files.createDirectory(temp.resolve("state"), mode("rwx------"));
    Files.createSymbolicLink(temp.resolve("state/.lock"), temp.resolve("victim"));
    assertThat(refused(temp.resolve("state")).reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(temp.resolve("victim")).doesNotExist();
  }

  @Test
  void aFileInItsPlaceIsRefused() throws Exception {
    Files.writeString(temp.resolve("state"), "no folder");
    assertThat(refused(temp.resolve("state")).reason()).isEqualTo(Reason.CANNOT_CREATE);
  }

  @Test
  void aFolderThatOthersMayWriteToIsRefused() throws Exception {
    var path = Files.createDirectory(temp.resolve("state"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwx---"));
    var refusal = refused(path);
    assertThat(refusal.reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal).hasMessageContaining("chmod");
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() throws Exception {
    assumeTrue(files.stat(temp.toString()).uid() == 0, "only root can give a folder away");
    var path = Files.createDirectory(temp.resolve("state"), mode("rwx------"));
    Files.setAttribute(path, "unix:uid", 4711);
    var refusal = refused(path);
    assertThat(refusal.reason()).isEqualTo(Reason.NO_PERMISSION);
    assertThat(refusal).hasMessageContaining("4711").hasMessageContaining("chown");
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void itMayLieBelowAFolderOfEverybodyIfThatIsSticky() throws Exception {
    var everybody = Files.createDirectory(temp.resolve("everybody"));
    Files.setPosixFilePermissions(everybody, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(refused(everybody.resolve("state")).reason()).isEqualTo(Reason.NO_PERMISSION);
    Files.setAttribute(everybody, "unix:mode", 01777);
    open(everybody.resolve("state")).close();
  }

  @Test
  void theFolderAboveMayBeBehindASymbolicLink() throws Exception {
    Files.createDirectory(temp.resolve("real"));
    Files.createSymbolicLink(temp.resolve("link"), temp.resolve("real"));
    open(temp.resolve("link/state")).close();
    assertThat(temp.resolve("real/state/.lock")).exists();
  }

  @Test
  void aFullDiskIsNoReasonNotToStart() throws Exception {
    var path = temp.resolve("state");
    StateDirectory.open(files, path.toString()).close();
    var full = new FaultyFileCalls(files, new Fault.DiskFull(1));
    try (var state = StateDirectory.open(full, path.toString())) {
      assertThat(state.previousServer()).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".lock", ".journals", "a/b", "/", "nul\0"})
  void aNameThatIsNoFileNameIsOurBug(String name) throws Exception {
    try (var state = open(temp.resolve("state"))) {
      assertThatThrownBy(() -> state.user(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLinkPlantedAsAUsersFolderIsNotFollowed() throws Exception {
    try (var state = open(temp.resolve("state"))) {
      Files.createDirectory(temp.resolve("elsewhere"));
      Files.createSymbolicLink(temp.resolve("state/tea"), temp.resolve("elsewhere"));
      var failure = catchThrowableOfType(PosixException.class, () -> state.user("tea").make());
      assertThat(failure.errno()).isEqualTo(Errno.ELOOP);
      var registry = state.registry("tea", 1000, StateFixture.RANDOM);
      assertThatThrownBy(() -> registry.find(MailboxName.INBOX)).isInstanceOf(PosixException.class);
      assertThat(temp.resolve("elsewhere")).isEmptyDirectory();
    }
  }

  @Test
  void aUsersFolderThatOthersMayWriteToIsRefused() throws Exception {
    try (var state = open(temp.resolve("state"))) {
      state.user("tea").make();
      state.user("tea").make();
      Files.setPosixFilePermissions(
          temp.resolve("state/tea"), PosixFilePermissions.fromString("rwxrwxrwx"));
      var failure = catchThrowableOfType(PosixException.class, () -> state.user("tea").make());
      assertThat(failure.errno()).isEqualTo(Errno.EPERM);
    }
  }

  private static FileAttribute<?> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
