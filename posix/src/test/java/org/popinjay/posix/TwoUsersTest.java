package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two accounts of this machine and their spools, with none of our own checks in between: what
/// keeps one from the mail of the other is the kernel.
@Timeout(120)
class TwoUsersTest {
  private static final FileCalls CALLS = Posix.files();
  private static final int NEW = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE;

  @TempDir Path dir;
  private RealUsers users;
  private FsuidWorkers workers;
  private Identity ann;
  private Identity bob;

  @BeforeEach
  void makeThem() throws IOException {
    users = RealUsers.orSkip();
    for (var parent = dir.getParent(); parent != null; parent = parent.getParent()) {
      assumeTrue(
          (CALLS.stat(parent.toString()).permissions() & 1) != 0, parent + " cannot be passed");
    }
    ann = identity(users.make("x", "teapot"));
    bob = identity(users.make("y", "kettle"));
    workers = FsuidWorkers.start(2, 16);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
    spool(ann, "ann");
    spool(bob, "bob");
  }

  @AfterEach
  void removeThem() {
    if (workers != null) {
      workers.close();
    }
    if (users != null) {
      users.close();
    }
  }

  @Test
  void eachOpensHisOwnSpoolAndNotTheOthers() throws IOException {
    assertThat(read(ann, "ann")).isEqualTo("mail of ann");
    assertThat(read(bob, "bob")).isEqualTo("mail of bob");
    denied(ann, () -> CALLS.open(path("bob"), OpenFlags.READ, 0));
    denied(bob, () -> CALLS.open(path("ann"), OpenFlags.READ, 0));
    denied(bob, () -> CALLS.open(path("ann"), OpenFlags.READ_WRITE | OpenFlags.APPEND, 0));
  }

  @Test
  void noNameOfHisOwnLeadsToTheOthersSpool() throws IOException {
    Files.createSymbolicLink(dir.resolve("way"), dir.resolve("ann"));
    denied(bob, () -> CALLS.open(path("way"), OpenFlags.READ, 0));
    denied(bob, () -> CALLS.open(path("bob/../ann"), OpenFlags.READ, 0));
  }

  @Test
  void aGroupOfTheServersDoesNotHelpTheUser() throws IOException {
    var root = Accounts.own();
    var file = path("of-root");
    CALLS.close(CALLS.open(file, NEW, 0640));
    assertThat(CALLS.stat(file).gid()).isEqualTo(root.gid());
    denied(bob, () -> CALLS.open(file, OpenFlags.READ, 0));
  }

  /// The same with our own checks, which would have refused it as well.
  @Test
  void ourOwnChecksSayTheSame() throws IOException {
    var open = new SafeOpen(CALLS, UserIdentity.process());
    assertThat(
            open.openSpool(path("ann"), bob, new SpoolRules(1 << 20, false, OptionalInt.empty())))
        .isInstanceOf(SpoolOpening.Refused.class);
  }

  private static Identity identity(String name) throws IOException {
    return Accounts.system().account(name).orElseThrow().identity();
  }

  private void spool(Identity who, String name) throws IOException {
    int descriptor = workers.as(who, () -> CALLS.open(path(name), NEW, 0600));
    var octets = ("mail of " + name).getBytes(StandardCharsets.US_ASCII);
    var buffer = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    assertThat(CALLS.write(descriptor, buffer, 0)).isEqualTo(octets.length);
    CALLS.close(descriptor);
  }

  private String read(Identity who, String name) throws IOException {
    int descriptor = workers.as(who, () -> CALLS.open(path(name), OpenFlags.READ, 0));
    var buffer = ByteBuffer.allocateDirect(100);
    CALLS.read(descriptor, buffer, 0);
    CALLS.close(descriptor);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  private void denied(Identity who, UserIdentity.Task<Integer> task) {
    assertThatThrownBy(() -> workers.as(who, task))
        .isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isIn(Errno.EACCES, Errno.ENOTDIR));
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }
}
