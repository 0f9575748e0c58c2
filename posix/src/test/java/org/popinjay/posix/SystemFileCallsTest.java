package org.popinjay.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemFileCallsTest {
  private static final FileCalls CALLS = Posix.files();

  @TempDir Path dir;
  private String file = "";

  @BeforeEach
  void aFile() {
    file = dir.resolve("file").toString();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    int fd = create(file, 0600);
    var from = direct("hello, spool");
    assertThat(CALLS.write(fd, from, 5)).isEqualTo(12);
    assertThat(from.remaining()).isZero();

    var into = ByteBuffer.allocateDirect(64).position(10);
    assertThat(CALLS.read(fd, into, 5)).isEqualTo(12);
    assertThat(into.position()).isEqualTo(22);
    assertThat(text(into.flip().position(10))).isEqualTo("hello, spool");
    assertThat(CALLS.read(fd, into.clear(), 17)).isZero();
    CALLS.close(fd);
    assertThat(Files.readString(Path.of(file))).isEqualTo("\0\0\0\0\0hello, spool");
  }

  @Test
  void onlyTheRemainingOctetsAreTouched() throws IOException {
    int fd = create(file, 0600);
    CALLS.write(fd, direct("0123456789").position(2).limit(5), 0);
    var into = ByteBuffer.allocateDirect(8).position(1).limit(3);
    assertThat(CALLS.read(fd, into, 0)).isEqualTo(2);
    assertThat(into.get(0)).isZero();
    assertThat(into.get(1)).isEqualTo((byte) '2');
    assertThat(into.clear().get(3)).isZero();
    CALLS.close(fd);
  }

  @Test
  void aHeapBufferAndAReadOnlyBufferAreRefused() throws IOException {
    int fd = create(file, 0600);
    assertThatThrownBy(() -> CALLS.write(fd, ByteBuffer.allocate(4), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CALLS.read(fd, ByteBuffer.allocateDirect(4).asReadOnlyBuffer(), 0))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThat(CALLS.write(fd, direct("abcd").asReadOnlyBuffer(), 0)).isEqualTo(4);
    CALLS.close(fd);
  }

  @Test
  void theModeIsExactWhateverTheUmask() throws IOException {
    CALLS.close(create(file, 0666));
    assertThat(CALLS.stat(file).permissions()).isEqualTo(0666);

    CALLS.makeDirectory(dir + "/sub", 02775);
    assertThat(CALLS.stat(dir + "/sub").permissions()).isEqualTo(02775);
    assertThat(CALLS.stat(dir + "/sub").type()).isEqualTo(FileStat.Type.DIRECTORY);
  }

  @Test
  void createLeavesTheModeOfAFileThatWasThere() throws IOException {
    CALLS.close(create(file, 0600));
    CALLS.close(CALLS.open(file, OpenFlags.READ_WRITE | OpenFlags.CREATE, 0666));
    assertThat(CALLS.stat(file).permissions()).isEqualTo(0600);
  }

  @Test
  void createMakesWhatIsMissing() throws IOException {
    CALLS.close(CALLS.open(file, OpenFlags.READ_WRITE | OpenFlags.CREATE, 0640));
    assertThat(CALLS.stat(file).permissions()).isEqualTo(0640);
  }

  @Test
  void exclusiveRefusesWhatIsThere() throws IOException {
    CALLS.close(create(file, 0600));
    fails(Errno.EEXIST, () -> create(file, 0600));
  }

  @Test
  void truncateFlagEmptiesAndAppendGoesToTheEnd() throws IOException {
    Files.writeString(Path.of(file), "old");
    int fd = CALLS.open(file, OpenFlags.READ_WRITE | OpenFlags.APPEND, 0);
    CALLS.write(fd, direct("+new"), 0);
    CALLS.close(fd);
    assertThat(Files.readString(Path.of(file))).isEqualTo("old+new");
    CALLS.close(CALLS.open(file, OpenFlags.READ_WRITE | OpenFlags.TRUNCATE, 0));
    assertThat(CALLS.stat(file).size()).isZero();
  }

  @Test
  void symbolicLinkIsNotFollowed() throws IOException {
    Files.createSymbolicLink(Path.of(file), Path.of("/etc/passwd"));
    fails(Errno.ELOOP, () -> CALLS.open(file, OpenFlags.READ | OpenFlags.NO_FOLLOW, 0));
    assertThat(CALLS.stat(file).type()).isEqualTo(FileStat.Type.SYMLINK);
  }

  @Test
  void danglingLinkIsNotCreatedThrough() throws IOException {
    Files.createSymbolicLink(Path.of(file), dir.resolve("elsewhere"));
    fails(Errno.EEXIST, () -> CALLS.open(file, OpenFlags.READ_WRITE | OpenFlags.CREATE, 0600));
    assertThat(dir.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void errnoSaysWhatWentWrong() throws IOException {
    fails(Errno.ENOENT, () -> CALLS.open(file, OpenFlags.READ, 0));
    fails(Errno.ENOENT, () -> CALLS.stat(file));
    fails(Errno.ENOENT, () -> CALLS.unlink(file));
    fails(Errno.EISDIR, () -> CALLS.open(dir.toString(), OpenFlags.READ_WRITE, 0));
    fails(Errno.ENOTDIR, () -> CALLS.open("/etc/passwd/x", OpenFlags.READ, 0));
    fails(Errno.ENOTDIR, () -> CALLS.open("/etc/passwd", OpenFlags.DIRECTORY, 0));
    fails(Errno.EBADF, () -> CALLS.close(1_000_000));
    fails(Errno.EBADF, () -> CALLS.stat(1_000_000));
    fails(Errno.EBADF, () -> CALLS.allocate(1_000_000, 0, 10));
    fails(Errno.EINVAL, () -> CALLS.open(file + "\0.lock", OpenFlags.READ, 0));
    fails(Errno.ENAMETOOLONG, () -> CALLS.open("x".repeat(5000), OpenFlags.READ, 0));
    fails(Errno.ENAMETOOLONG, () -> CALLS.open("x".repeat(300), OpenFlags.READ, 0));
  }

  @Test
  void aMessageNamesCallSubjectAndReason() {
    assertThatThrownBy(() -> CALLS.open(file, OpenFlags.READ, 0))
        .hasMessage("open " + file + ": ENOENT (no such file or directory)");
    assertThat(PosixException.of("statfs", "fd 3", jnr.constants.platform.Errno.ENOTTY.intValue()))
        .hasMessageContaining("errno 25 (")
        .returns(Errno.OTHER, PosixException::errno);
  }

  @Test
  void descriptorsAreClosedOnExec() throws Exception {
    int fd = create(file, 0600);
    var child = new ProcessBuilder("ls", "-l", "/proc/self/fd").redirectErrorStream(true).start();
    var seen = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(seen).doesNotContain(file);
    CALLS.close(fd);
  }

  @Test
  void statSaysWhatTheJdkSays() throws IOException {
    Files.writeString(Path.of(file), "12345");
    Files.createLink(dir.resolve("second"), Path.of(file));
    Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r-----"));
    Files.setLastModifiedTime(
        Path.of(file), FileTime.from(Instant.parse("2001-02-03T04:05:06.789012345Z")));
    var jdk = Files.readAttributes(Path.of(file), "unix:*");
    int fd = CALLS.open(file, OpenFlags.READ, 0);
    var stat = CALLS.stat(fd);
    CALLS.close(fd);

    assertThat(stat.inode()).isEqualTo(jdk.get("ino"));
    assertThat(stat.uid()).isEqualTo(jdk.get("uid"));
    assertThat(stat.gid()).isEqualTo(jdk.get("gid"));
    assertThat(stat.links()).isEqualTo(2);
    assertThat(stat.size()).isEqualTo(5);
    assertThat(stat.permissions()).isEqualTo(0640);
    assertThat(stat.type()).isEqualTo(FileStat.Type.REGULAR);
    assertThat(stat.modifiedNanos()).isEqualTo(981173106_789012345L);
    assertThat(FileTime.from(stat.changedNanos(), TimeUnit.NANOSECONDS))
        .isEqualTo(jdk.get("ctime"));
    assertThat(stat).isEqualTo(CALLS.stat(file));
    assertThat(stat.sameFile(CALLS.stat(dir + "/second"))).isTrue();
    assertThat(stat.sameFile(CALLS.stat(dir.toString()))).isFalse();
    assertThat(CALLS.stat("/").device() == stat.device())
        .isEqualTo(Files.getAttribute(Path.of("/"), "unix:dev").equals(jdk.get("dev")));
  }

  @Test
  void aTimeBefore1970IsNegative() throws IOException {
    Files.writeString(Path.of(file), "");
    Files.setLastModifiedTime(Path.of(file), FileTime.from(Instant.parse("1969-12-31T23:59:58Z")));
    assertThat(CALLS.stat(file).modifiedNanos()).isEqualTo(-2_000_000_000L);
  }

  @Test
  void namesRelativeToADirectoryStayThere() throws IOException {
    int directory = CALLS.open(dir.toString(), OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    CALLS.close(
        CALLS.openAt(
            directory,
            "file",
            OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE,
            0600));
    assertThat(CALLS.statAt(directory, "file")).isEqualTo(CALLS.stat(file));
    CALLS.sync(directory);
    CALLS.close(directory);
  }

  @Test
  void linkRenameUnlinkAndRemove() throws IOException {
    CALLS.close(create(file, 0600));
    CALLS.link(file, file + ".lock");
    assertThat(CALLS.stat(file).links()).isEqualTo(2);
    fails(Errno.EEXIST, () -> CALLS.link(file, file + ".lock"));
    CALLS.unlink(file);
    CALLS.rename(file + ".lock", file);
    assertThat(CALLS.list(dir.toString())).containsExactly("file");
    fails(Errno.ENOTDIR, () -> CALLS.removeDirectory(file));
    fails(Errno.EISDIR, () -> CALLS.unlink(dir.toString()));
    CALLS.makeDirectory(dir + "/sub", 0700);
    fails(Errno.EEXIST, () -> CALLS.makeDirectory(dir + "/sub", 0700));
    CALLS.removeDirectory(dir + "/sub");
    assertThat(CALLS.list(dir.toString())).containsExactly("file");
  }

  @Test
  void listFindsEveryNameInALargeDirectory() throws IOException {
    for (int i = 0; i < 1000; i++) {
      CALLS.close(create(dir + "/spool-of-some-user-with-a-long-name-" + i, 0600));
    }
    CALLS.close(create(dir + "/Entwürfe ✉", 0600));
    assertThat(CALLS.list(dir.toString()))
        .hasSize(1001)
        .doesNotHaveDuplicates()
        .contains("Entwürfe ✉", "spool-of-some-user-with-a-long-name-999");
  }

  @Test
  void truncateAllocateAndSync() throws IOException {
    int fd = create(file, 0600);
    CALLS.allocate(fd, 0, 10_000);
    assertThat(CALLS.stat(fd).size()).isEqualTo(10_000);
    CALLS.startWriteBack(fd, 0, 10_000);
    CALLS.syncData(fd);
    CALLS.truncate(fd, 3);
    CALLS.sync(fd);
    assertThat(CALLS.stat(fd).size()).isEqualTo(3);
    fails(Errno.EINVAL, () -> CALLS.truncate(fd, -1));
    CALLS.close(fd);
    CALLS.startWriteBack(fd, 0, 10);
  }

  @Test
  void timesAreSet() throws IOException {
    int fd = create(file, 0600);
    Files.setLastModifiedTime(Path.of(file), FileTime.fromMillis(1_000));
    CALLS.setAccessTime(fd, 77, 5);
    assertThat(CALLS.stat(fd).accessedNanos()).isEqualTo(77_000_000_005L);
    assertThat(CALLS.stat(fd).modifiedNanos()).isEqualTo(1_000_000_000L);
    CALLS.touch(file);
    assertThat(CALLS.stat(fd).modifiedNanos()).isGreaterThan(1_700_000_000_000_000_000L);
    assertThat(CALLS.stat(fd).accessedNanos()).isGreaterThan(1_700_000_000_000_000_000L);
    CALLS.close(fd);
  }

  @Test
  void aDirectoryIsWorkedInThroughItsDescriptor() throws IOException {
    int top = CALLS.open(dir.toString(), OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    CALLS.makeDirectoryAt(top, "sub", 0750);
    int sub = CALLS.openAt(top, "sub", OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    assertThat(CALLS.stat(sub).permissions()).isEqualTo(0750);
    Files.writeString(dir.resolve("a"), "a");
    Files.createSymbolicLink(dir.resolve("l"), Path.of("a"));
    assertThat(CALLS.list(top))
        .containsExactlyInAnyOrder(
            new DirectoryEntry("a", FileStat.Type.REGULAR),
            new DirectoryEntry("l", FileStat.Type.SYMLINK),
            new DirectoryEntry("sub", FileStat.Type.DIRECTORY));
    assertThat(CALLS.list(top)).as("once more").hasSize(3);
    CALLS.renameAt(top, "a", sub, "b", false);
    fails(Errno.ENOTEMPTY, () -> CALLS.removeDirectoryAt(top, "sub"));
    CALLS.unlinkAt(sub, "b");
    CALLS.removeDirectoryAt(top, "sub");
    assertThat(CALLS.list(top)).hasSize(1);
    CALLS.close(sub);
    CALLS.close(top);
  }

  @Test
  void aRenameThatMayNotReplaceDoesNot() throws IOException {
    int top = CALLS.open(dir.toString(), OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    Files.writeString(dir.resolve("a"), "a");
    Files.writeString(dir.resolve("b"), "b");
    fails(Errno.EEXIST, () -> CALLS.renameAt(top, "a", top, "b", false));
    assertThat(dir.resolve("b")).hasContent("b");
    CALLS.renameAt(top, "a", top, "b", true);
    assertThat(dir.resolve("b")).hasContent("a");
    CALLS.close(top);
  }

  @Test
  void readingCanLeaveTheAccessTime() throws IOException {
    Files.writeString(Path.of(file), "text");
    int fd = CALLS.open(file, OpenFlags.READ | OpenFlags.KEEP_ACCESS_TIME, 0);
    CALLS.setAccessTime(fd, 77, 5);
    CALLS.read(fd, ByteBuffer.allocateDirect(4), 0);
    assertThat(CALLS.stat(fd).accessedNanos()).isEqualTo(77_000_000_005L);
    CALLS.close(fd);
  }

  private static int create(String path, int mode) throws PosixException {
    return CALLS.open(path, OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, mode);
  }

  private static ByteBuffer direct(String text) {
    var octets = text.getBytes(UTF_8);
    return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
  }

  private static String text(ByteBuffer buffer) {
    return UTF_8.decode(buffer).toString();
  }

  private static void fails(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PosixException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
