package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PosixTest {
  @TempDir Path dir;

  @Test
  void theSystemNamesItself() throws IOException {
    assertThat(Posix.hostName() + "\n")
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname")));
    assertThat(Posix.kernelRelease() + "\n")
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")));
    assertThat(Posix.processId()).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void aProcessExistsUntilItIsGone() throws Exception {
    assertThat(Posix.processExists((int) Posix.processId())).isTrue();
    assertThat(Posix.processExists(1)).isTrue();
    var child = new ProcessBuilder("true").start();
    int _ = child.waitFor();
    assertThat(Posix.processExists((int) child.pid())).isFalse();
    assertThatThrownBy(() -> Posix.processExists(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "6.13.0,true",
    "6.13,true",
    "6.18.44-fc-v657,true",
    "7.0-rc1,true",
    "6.12.99,false",
    "5.15.0-1-amd64,false",
    "10.1,true",
    "6,false",
    "'',false",
    "x.y,false",
    ".5,false"
  })
  void fineTimesCameWithLinux613(String release, boolean fine) {
    assertThat(TimestampGrain.kernelIsFine(release)).isEqualTo(fine);
  }

  /// The promise behind [TimestampGrain#FINE], put to the test on the file system at hand.
  @Test
  void whereTimesAreFineNoChangeHides() throws IOException {
    var calls = Posix.files();
    int fd = calls.open(dir + "/file", OpenFlags.READ_WRITE | OpenFlags.CREATE, 0600);
    assumeTrue(TimestampGrain.of(fd) == TimestampGrain.FINE, "times are coarse here");
    var octet = ByteBuffer.allocateDirect(1);
    long last = calls.stat(fd).changedNanos();
    for (int i = 0; i < 2000; i++) {
      calls.write(fd, octet.clear(), 0);
      long now = calls.stat(fd).changedNanos();
      assertThat(now).isGreaterThan(last);
      last = now;
    }
    calls.close(fd);
  }

  @Test
  void timesOfAnUnknownFileSystemAreCoarse() throws IOException {
    int fd = Posix.files().open("/proc/self/status", OpenFlags.READ, 0);
    assertThat(TimestampGrain.of(fd)).isEqualTo(TimestampGrain.COARSE);
    Posix.files().close(fd);
  }
}
