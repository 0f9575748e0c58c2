package org.popinjay.mailstore.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

class FaultyFileCallsTest {
  private static final FileCalls REAL = Posix.files();
  private static final int WRITABLE = OpenFlags.READ_WRITE | OpenFlags.CREATE;

  @TempDir private Path temp;

  @Test
  void theCallThatIsToFailFailsAndDoesNothing() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.Fail(2, Errno.EIO));
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThatThrownBy(() -> write(files, file, "lost", 0))
        .isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    write(files, file, "kept", 0);
    files.close(file);
    assertThat(temp.resolve("a")).hasContent("kept");
    assertThat(files.kinds())
        .containsExactly(CallKind.OPEN, CallKind.WRITE, CallKind.WRITE, CallKind.CLOSE);
  }

  @Test
  void theNthCallOfAKindFails() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.FailNth(CallKind.WRITE, 2, Errno.EDQUOT));
    int file = files.open(path("a"), WRITABLE, 0600);
    write(files, file, "one", 0);
    assertThatThrownBy(() -> write(files, file, "two", 3)).isInstanceOf(PosixException.class);
    write(files, file, "three", 3);
    files.kill();
    assertThat(temp.resolve("a")).hasContent("onethree");
  }

  @Test
  void closeClosesEvenWhenItFails() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.FailNth(CallKind.CLOSE, 1, Errno.EIO));
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThatThrownBy(() -> files.close(file)).isInstanceOf(PosixException.class);
    assertThatThrownBy(() -> REAL.stat(file)).isInstanceOf(PosixException.class);
  }

  @Test
  void aWriteIsCutShortAndSaysSo() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.CutWrite(2));
    int file = files.open(path("a"), WRITABLE, 0600);
    var text = direct("abcdef");
    assertThat(files.write(file, text, 0)).isEqualTo(3);
    assertThat(text.remaining()).isEqualTo(3);
    assertThat(files.write(file, text, 3)).isEqualTo(3);
    files.kill();
    assertThat(temp.resolve("a")).hasContent("abcdef");
  }

  @Test
  void onAFullDiskOnlyOldSpaceCanBeWritten() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.DiskFull(3));
    int file = files.open(path("a"), WRITABLE, 0600);
    write(files, file, "abcd", 0);
    assertThat(files.write(file, direct("ABCD"), 2)).isEqualTo(2);
    assertThatThrownBy(() -> write(files, file, "x", 4)).hasMessageContaining("ENOSPC");
    assertThatThrownBy(() -> files.open(path("b"), WRITABLE, 0600)).hasMessageContaining("ENOSPC");
    assertThatThrownBy(() -> files.allocate(file, 0, 5)).hasMessageContaining("ENOSPC");
    files.allocate(file, 0, 4);
    files.kill();
    assertThat(temp.resolve("a")).hasContent("abAB");
    assertThat(temp.resolve("b")).doesNotExist();
  }

  @Test
  void afterTheLastCallEveryCallThrows() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.StopAfter(1));
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThatThrownBy(() -> write(files, file, "x", 0)).isInstanceOf(WorldStopped.class);
    assertThatThrownBy(() -> files.close(file)).isInstanceOf(WorldStopped.class);
    assertThat(files.stopped()).isTrue();
    files.kill();
    assertThat(temp.resolve("a")).isEmptyFile();
  }

  @Test
  void aWriteCanBeTheLastThingAndHalfDone() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.StopInside(2));
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThatThrownBy(() -> write(files, file, "abcd", 0)).isInstanceOf(WorldStopped.class);
    files.kill();
    assertThat(temp.resolve("a")).hasContent("ab");
  }

  @Test
  void theLocksOfAKilledProcessAreGone() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.None());
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThat(files.tryLock(file, true)).isTrue();
    int other = REAL.open(path("a"), OpenFlags.READ_WRITE, 0);
    assertThat(REAL.tryLock(other, true)).isFalse();
    files.kill();
    assertThat(REAL.tryLock(other, true)).isTrue();
    REAL.close(other);
  }

  @Test
  void aLockCanBeRefused() throws Exception {
    var files = new FaultyFileCalls(REAL, new Fault.FailNth(CallKind.TRY_LOCK, 1, Errno.EAGAIN));
    int file = files.open(path("a"), WRITABLE, 0600);
    assertThat(files.tryLock(file, true)).isFalse();
    assertThat(files.tryLock(file, true)).isTrue();
    files.kill();
  }

  @Test
  void whatWasNotSyncedIsThereOrNotAfterALossOfPower() throws Exception {
    assertThat(
            outcomes(files -> {
              int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
              write(files, file, "NEW", 0);
            }))
        .containsExactly("NEW", "old");
  }

  @Test
  void whatWasSyncedStays() throws Exception {
    assertThat(
            outcomes(files -> {
              int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
              write(files, file, "NEW", 0);
              files.syncData(file);
            }))
        .containsExactly("NEW");
  }

  @Test
  void aLengthMayArriveWithoutItsOctets() throws Exception {
    assertThat(
            outcomes(files -> {
              int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
              write(files, file, "er", 3);
            }))
        .containsExactly("old", "old\0\0", "older");
  }

  @Test
  void aShrunkLengthIsDurableOnlyAfterAFullSync() throws Exception {
    Deed shrinkAndSyncData =
        files -> {
          int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
          files.truncate(file, 1);
          files.syncData(file);
        };
    assertThat(outcomes(shrinkAndSyncData)).containsExactly("o", "old");
    assertThat(
            outcomes(files -> {
              shrinkAndSyncData.doTo(files);
              int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
              files.sync(file);
            }))
        .containsExactly("o");
  }

  @Test
  void whatAFailedSyncLostNoLaterOneBringsBack() throws Exception {
    assertThat(
            outcomes(
                new Fault.FailNth(CallKind.SYNC_DATA, 1, Errno.EIO),
                files -> {
                  int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
                  write(files, file, "NEW", 0);
                  assertThatThrownBy(() -> files.syncData(file)).isInstanceOf(IOException.class);
                  files.syncData(file);
                }))
        .containsExactly("NEW", "old");
  }

  @Test
  void pagesArriveOneByOneAndWhole() throws Exception {
    var seen = new TreeSet<String>();
    for (int seed = 0; seed < 100; seed++) {
      Files.writeString(temp.resolve("a"), "o".repeat(3 * 4096));
      var files = new FaultyFileCalls(REAL, new Fault.None());
      int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
      write(files, file, "N".repeat(3 * 4096), 0);
      files.losePower(temp, new SplittableRandom(seed));
      seen.add(
          Files.readString(temp.resolve("a"))
              .replace("o".repeat(4096), "-")
              .replace("N".repeat(4096), "+"));
    }
    assertThat(seen).contains("---", "+++", "-+-", "+-+").allMatch(pages -> pages.length() == 3);
  }

  @Test
  void aRenameIsDurableOnlyAfterTheDirectoryWasSynced() throws Exception {
    Deed replace =
        files -> {
          int fresh = files.open(path("fresh"), WRITABLE | OpenFlags.EXCLUSIVE, 0600);
          write(files, fresh, "NEW", 0);
          files.sync(fresh);
          files.close(fresh);
          files.rename(path("fresh"), path("a"));
        };
    assertThat(outcomes(replace)).containsExactly("NEW", "old");
    assertThat(
            outcomes(files -> {
              replace.doTo(files);
              files.sync(files.open(temp.toString(), OpenFlags.DIRECTORY, 0));
            }))
        .containsExactly("NEW");
  }

  @Test
  void aRemovedFileMayComeBackWithTheSameContent() throws Exception {
    assertThat(outcomes(files -> files.unlink(path("a")))).containsExactly("(gone)", "old");
  }

  @Test
  void aRenameFromOneDirectoryToAnotherIsThereWholeOrNotAtAll() throws Exception {
    Deed throughAnotherDirectory =
        files -> {
          files.makeDirectory(path("d"), 0700);
          files.link(path("a"), path("d/b"));
          files.unlink(path("a"));
          files.rename(path("d/b"), path("a"));
        };
    assertThat(outcomes(throughAnotherDirectory)).contains("old");
    assertThat(
            outcomes(files -> {
              throughAnotherDirectory.doTo(files);
              files.sync(files.open(temp.toString(), OpenFlags.DIRECTORY, 0));
            }))
        .containsExactly("old");
  }

  @Test
  void whatOthersAppendedIsNeverLost() throws Exception {
    assertThat(
            outcomes(files -> {
              int file = files.open(path("a"), OpenFlags.READ_WRITE, 0);
              write(files, file, "NEW", 0);
              Files.writeString(
                  temp.resolve("a"), "mail", US_ASCII, java.nio.file.StandardOpenOption.APPEND);
              write(files, file, "EVEN NEWER", 3);
            }))
        .allMatch(content -> content.startsWith("NEWmail") || content.startsWith("NEWEVEN"))
        .hasSizeGreaterThan(1);
  }

  private interface Deed {
    void doTo(FileCalls files) throws Exception;
  }

  private Set<String> outcomes(Deed deed) throws Exception {
    return outcomes(new Fault.None(), deed);
  }

  /// What the file `a`, which holds `old`, may hold when the power goes off after the deed.
  private Set<String> outcomes(Fault fault, Deed deed) throws Exception {
    var outcomes = new TreeSet<String>();
    var file = temp.resolve("a");
    for (int seed = 0; seed < 60; seed++) {
      Files.writeString(file, "old");
      var files = new FaultyFileCalls(REAL, fault);
      deed.doTo(files);
      files.losePower(temp, new SplittableRandom(seed));
      outcomes.add(Files.exists(file) ? Files.readString(file) : "(gone)");
      Files.deleteIfExists(file);
      Files.deleteIfExists(temp.resolve("d/b"));
      Files.deleteIfExists(temp.resolve("d"));
      Files.deleteIfExists(temp.resolve("fresh"));
    }
    return outcomes;
  }

  private String path(String name) {
    return temp.resolve(name).toString();
  }

  private static void write(FileCalls files, int file, String text, long offset)
      throws PosixException {
    var octets = direct(text);
    files.write(file, octets, offset);
  }

  private static ByteBuffer direct(String text) {
    byte[] octets = text.getBytes(US_ASCII);
    return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
  }
}
