package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Needs the right to switch identities; skipped, visibly, where there is none.
@Timeout(60)
class FsuidWorkersTest {
  private static final FileCalls CALLS = Posix.files();
  private static final Identity ANN = new Identity(65533, 65533, List.of());
  private static final Identity BOB = new Identity(65532, 65532, List.of());

  @TempDir Path dir;
  private FsuidWorkers workers;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Accounts.own().uid() == 0, "not root: identities cannot be switched");
    workers = FsuidWorkers.start(2, 16);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (var parent = dir.getParent(); parent != null; parent = parent.getParent()) {
      assumeTrue(
          (CALLS.stat(parent.toString()).permissions() & 1) != 0, parent + " cannot be passed");
    }
  }

  @AfterEach
  void close() {
    if (workers != null) {
      workers.close();
    }
  }

  @Test
  void theKernelKeepsUsersApart() throws IOException {
    var annsFile = fileOf(ANN, "ann");
    var bobsFile = fileOf(BOB, "bob");
    assertThat(CALLS.stat(annsFile).uid()).isEqualTo(65533);
    assertThat(CALLS.stat(annsFile).gid()).isEqualTo(65533);

    CALLS.close(workers.as(ANN, () -> open(annsFile)));
    CALLS.close(workers.as(BOB, () -> open(bobsFile)));
    assertThatThrownBy(() -> workers.as(ANN, () -> open(bobsFile)))
        .isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    assertThatThrownBy(() -> workers.as(BOB, () -> open(annsFile)))
        .isInstanceOf(PosixException.class);
    CALLS.close(open(annsFile));
  }

  @Test
  void groupsAreThoseOfTheIdentityAlone() throws IOException {
    var shared = fileOf(new Identity(65531, 4242, List.of()), "shared");
    Files.setPosixFilePermissions(Path.of(shared), PosixFilePermissions.fromString("rw-rw----"));
    assertThatThrownBy(() -> workers.as(ANN, () -> open(shared)))
        .isInstanceOf(PosixException.class);
    var member = new Identity(65533, 65533, manyGroups(4242));
    CALLS.close(workers.as(member, () -> open(shared)));
    CALLS.close(workers.as(ANN.withGid(4242), () -> open(shared)));
    assertThatThrownBy(() -> workers.as(ANN, () -> open(shared)))
        .isInstanceOf(PosixException.class);
  }

  @Test
  void onlyTheWorkerIsSomebodyElse() throws IOException {
    var lines = workers.as(ANN, FsuidWorkersTest::identityLines);
    assertThat(lines).containsExactly("Uid:\t0\t0\t0\t65533", "Gid:\t0\t0\t0\t65533", "Groups:\t ");
  }

  @Test
  void everyThreadIsItselfAfterwards() throws Exception {
    var file = fileOf(ANN, "ann");
    try (var many = FsuidWorkers.start(4, 300);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var opened = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 300; i++) {
        boolean ann = i % 2 == 0;
        opened.add(lanes.submit(() -> many.as(ann ? ANN : BOB, () -> ann ? open(file) : -1)));
      }
      for (var descriptor : opened) {
        if (descriptor.get() >= 0) {
          CALLS.close(descriptor.get());
        }
      }
    }
    var itself = Set.of("Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0");
    // A worker that lost the right to go back, in another test, may still be about to end.
    while (!identities().equals(itself)) {
      Thread.sleep(1);
    }
  }

  /// Who the threads of this process are.
  private static Set<String> identities() throws IOException {
    var seen = new HashSet<String>();
    for (var task : CALLS.list("/proc/self/task")) {
      try {
        for (var line : Files.readAllLines(Path.of("/proc/self/task", task, "status"))) {
          if (line.startsWith("Uid:") || line.startsWith("Gid:")) {
            seen.add(line);
          }
        }
      } catch (IOException ended) {
        // a thread that is gone since the list was made
      }
    }
    return seen;
  }

  /// Waking a virtual thread may start a carrier, and a thread inherits the identity of its maker.
  @Test
  void anAnswerIsHandedOverAfterTheWayBack() throws IOException {
    for (int i = 0; i < 200; i++) {
      var worker =
          workers.as(ANN, () -> Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
      assertThat(Files.readAllLines(Path.of("/proc/self/task", worker + "", "status")))
          .contains("Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0");
    }
  }

  @Test
  void whatTheTaskThrowsComesBackAsItIs() {
    var checked = new IOException("checked");
    var unchecked = new UncheckedIOException(checked);
    var error = new AssertionError("error");
    assertThatThrownBy(() ->
            workers.as(
                ANN,
                () -> {
                  throw checked;
                }))
        .isSameAs(checked);
    assertThatThrownBy(() ->
            workers.as(
                ANN,
                () -> {
                  throw unchecked;
                }))
        .isSameAs(unchecked);
    assertThatThrownBy(() ->
            workers.as(
                ANN,
                () -> {
                  throw error;
                }))
        .isSameAs(error);
  }

  @Test
  void rootIsNobodysIdentity() {
    assertThatThrownBy(() -> workers.as(new Identity(0, 0, List.of()), () -> 1))
        .isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
    assertThatThrownBy(() -> workers.as(Accounts.own(), () -> 1))
        .isInstanceOf(PosixException.class);
  }

  @Test
  void aTaskCannotAskForAnotherIdentity() {
    assertThatThrownBy(() -> workers.as(ANN, () -> workers.as(BOB, () -> 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFullQueueIsAnAnswer() throws Exception {
    var hold = new CountDownLatch(1);
    var busy = new CountDownLatch(2);
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var held = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 2; i++) {
        held.add(lanes.submit(() -> workers.as(ANN, () -> waitFor(busy, hold))));
      }
      busy.await();
      var waiting = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 17; i++) {
        waiting.add(lanes.submit(() -> workers.as(ANN, () -> 7)));
      }
      while (waiting.stream().noneMatch(Future::isDone)) {
        Thread.sleep(1);
      }
      hold.countDown();
      int refused = 0;
      for (var answer : waiting) {
        try {
          assertThat(answer.get()).isEqualTo(7);
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e)
              .hasRootCauseMessage(
                  "identity 16 tasks are waiting: EAGAIN (resource temporarily unavailable)");
          refused++;
        }
      }
      assertThat(refused).isEqualTo(1);
      assertThat(held.getFirst().get()).isEqualTo(0);
    }
  }

  @Test
  void anInterruptDoesNotLoseTheAnswer() throws Exception {
    var hold = new CountDownLatch(1);
    var busy = new CountDownLatch(1);
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer =
          lanes.submit(() -> {
            Thread.currentThread().interrupt();
            int value = workers.as(ANN, () -> waitFor(busy, hold));
            return Thread.interrupted() ? value : -1;
          });
      busy.await();
      hold.countDown();
      assertThat(answer.get()).isZero();
    }
  }

  /// A worker that lost the right to go back is not used again, the answer comes all the same, and
  /// a new worker takes its place.
  @Test
  void aWorkerThatCannotGoBackRetires() throws IOException {
    for (int i = 0; i < 4; i++) {
      var spoilt = workers.as(ANN, FsuidWorkersTest::loseAllCapabilities);
      assertThat(spoilt).startsWith("identity-");
      assertThat(workers.as(BOB, FsuidWorkersTest::identityLines))
          .containsExactly("Uid:\t0\t0\t0\t65532", "Gid:\t0\t0\t0\t65532", "Groups:\t ");
    }
  }

  @Test
  void closedWorkersAnswerNobody() {
    workers.close();
    assertThatThrownBy(() -> workers.as(ANN, () -> 1))
        .hasMessageContaining("the workers have ended");
  }

  private String fileOf(Identity who, String name) throws IOException {
    var path = dir.resolve(name).toString();
    CALLS.close(
        workers.as(
            who,
            () ->
                CALLS.open(
                    path, OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, 0600)));
    return path;
  }

  private static int open(String path) throws IOException {
    return CALLS.open(path, OpenFlags.READ_WRITE | OpenFlags.NO_FOLLOW, 0);
  }

  private static int waitFor(CountDownLatch busy, CountDownLatch hold) throws IOException {
    busy.countDown();
    try {
      hold.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return 0;
  }

  private static List<String> identityLines() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("Uid") || line.startsWith("Gid") || line.startsWith("Gr"))
        .toList();
  }

  private static List<Integer> manyGroups(int last) {
    var groups = new ArrayList<Integer>();
    for (int i = 0; i < 200; i++) {
      groups.add(70_000 + i);
    }
    groups.add(last);
    return groups;
  }

  /// capset(2) of the calling thread; header version 3.
  private static String loseAllCapabilities() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var header = arena.allocate(8, 8);
      header.set(ValueLayout.JAVA_INT, 0, 0x20080522);
      long number = Native.SystemCalls.HERE.setGroups() == 116 ? 126 : 91;
      if (Native.LIBC.syscall(number, header.address(), arena.allocate(24, 8).address(), 0) != 0) {
        throw PosixException.of("capset", "", Native.lastErrno());
      }
    }
    return Thread.currentThread().getName();
  }
}
