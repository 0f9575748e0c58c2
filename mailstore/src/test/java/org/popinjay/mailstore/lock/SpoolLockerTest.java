package org.popinjay.mailstore.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.popinjay.config.LocksConfig.Kind.DOTLOCK;
import static org.popinjay.config.LocksConfig.Kind.FCNTL;
import static org.popinjay.config.LocksConfig.Kind.FLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.LocksConfig;
import org.popinjay.config.LocksConfig.Kind;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Identity;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.UserIdentity;

/// Against real other processes, since a lock is worth what others make of it.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SpoolLockerTest {
  private static final Identity ME = new Identity(0, 0, List.of());
  private static final LockPlan USUAL = LockPlan.of(LocksConfig.DEFAULTS, MboxConfig.DEFAULTS);
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration PATIENT = Duration.ofMinutes(1);

  @TempDir Path spools;
  private Path spool = Path.of("");
  private int descriptor;

  @BeforeEach
  void makeSpool() throws IOException {
    spool = Files.createFile(spools.resolve("tea"));
    descriptor = open();
  }

  @AfterEach
  void closeSpool() throws IOException {
    Posix.files().close(descriptor);
  }

  @Test
  void aWriterHasBothLocksOfTheOthersAndGivesThemBack() throws Exception {
    try (var foreign = ForeignProgram.on(spool)) {
      try (var _ = held(locker(USUAL), Purpose.WRITE)) {
        assertThat(foreign.can("try-dotlock")).isFalse();
        assertThat(foreign.can("try-fcntl")).isFalse();
        assertThat(foreign.can("try-fcntl-shared")).isFalse();
        assertThat(dotLock()).hasContent(Posix.processId() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dotLock())))
            .isEqualTo("rw-------");
      }
      assertThat(foreign.can("try-dotlock")).isTrue();
      assertThat(foreign.can("try-fcntl")).isTrue();
    }
    assertThat(names()).containsExactlyInAnyOrder("tea", "tea.lock", "foreign.py");
  }

  @Test
  void aReaderTakesFcntlAloneAndSharesIt() throws Exception {
    int second = open();
    try (var foreign = ForeignProgram.on(spool);
        var _ = held(locker(USUAL), Purpose.READ);
        var _ = held(locker(USUAL), second, Purpose.READ)) {
      assertThat(foreign.can("try-fcntl-shared")).isTrue();
      foreign.does("unfcntl");
      assertThat(foreign.can("try-fcntl")).isFalse();
      assertThat(foreign.can("try-dotlock")).isTrue();
    } finally {
      Posix.files().close(second);
    }
  }

  @Test
  void twoDescriptorsOfThisProcessLockEachOtherOut() throws Exception {
    int second = open();
    var plan = plan(List.of(FCNTL), List.of(FCNTL));
    try (var _ = held(locker(plan), Purpose.READ)) {
      assertThat(locker(plan).lock(target(second), Purpose.WRITE, AT_ONCE))
          .isInstanceOf(LockOutcome.Busy.class);
    } finally {
      Posix.files().close(second);
    }
  }

  @Test
  void readingTheSpoolElsewhereInThisProcessDoesNotDropTheLock() throws Exception {
    try (var foreign = ForeignProgram.on(spool);
        var _ = held(locker(USUAL), Purpose.WRITE)) {
      Files.readAllBytes(spool);
      assertThat(foreign.can("try-fcntl")).isFalse();
    }
  }

  @Test
  void aForeignDotlockIsRespectedAndItsHolderNamed() throws Exception {
    try (var foreign = ForeignProgram.on(spool)) {
      assertThat(foreign.can("try-dotlock")).isTrue();
      assertThat(busy(USUAL, Duration.ofMillis(100)).holder())
          .startsWith("dotlock of process " + foreign.pid() + ", owner ");
      foreign.does("undotlock");
      held(locker(USUAL), Purpose.WRITE).close();
    }
  }

  @Test
  void aForeignFcntlLockIsRespectedAndTheDotlockGivenBackMeanwhile() throws Exception {
    try (var foreign = ForeignProgram.on(spool)) {
      assertThat(foreign.can("try-fcntl")).isTrue();
      assertThat(busy(USUAL, AT_ONCE).holder()).isEqualTo("fcntl lock of process " + foreign.pid());
      assertThat(names()).containsExactlyInAnyOrder("tea", "foreign.py");
    }
  }

  @Test
  void aForeignFlockIsRespectedWhereThePlanNamesIt() throws Exception {
    var plan = plan(List.of(FCNTL, FLOCK), List.of(DOTLOCK, FCNTL, FLOCK));
    try (var foreign = ForeignProgram.on(spool)) {
      assertThat(foreign.can("try-flock")).isTrue();
      assertThat(busy(plan, AT_ONCE).holder()).isEqualTo("flock lock");
      held(locker(USUAL), Purpose.WRITE).close();
      foreign.does("unflock");
      try (var lock = held(locker(plan), Purpose.WRITE)) {
        assertThat(foreign.can("try-flock")).isFalse();
        assertThat(lock.has(FLOCK)).isTrue();
      }
      assertThat(foreign.can("try-flock")).isTrue();
    }
  }

  /// Two programs with opposite orders, both waiting: one way or the other, neither stands still
  /// and no line is lost.
  @ParameterizedTest
  @ValueSource(strings = {"dotlock-fcntl", "fcntl-dotlock"})
  void neitherOrderDeadlocksOrLosesALine(String order) throws Exception {
    int rounds = 25;
    var expected = new ArrayList<String>();
    try (var foreign = ForeignProgram.on(spool)) {
      foreign.begins("append " + order + " " + rounds);
      var ours = List.of(appender("first", rounds), appender("second", rounds));
      for (var each : ours) {
        each.join();
      }
      assertThat(foreign.ends()).isEqualTo("done");
    }
    for (int i = 0; i < rounds; i++) {
      expected.addAll(List.of("foreign " + i, "first " + i, "second " + i));
    }
    assertThat(Files.readAllLines(spool)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(names()).containsExactlyInAnyOrder("tea", "foreign.py");
  }

  private Thread appender(String name, int rounds) throws IOException {
    int mine = open();
    var locker = locker(USUAL);
    return Thread.ofVirtual()
        .start(() -> {
          try {
            for (int i = 0; i < rounds; i++) {
              try (var _ = held(locker, mine, Purpose.WRITE)) {
                append(mine, name + " " + i + "\n");
              }
            }
            Posix.files().close(mine);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static void append(int descriptor, String line) throws IOException {
    byte[] octets = line.getBytes(StandardCharsets.US_ASCII);
    long end = Posix.files().stat(descriptor).size();
    Posix.files().write(descriptor, ByteBuffer.allocateDirect(64).put(octets).flip(), end);
  }

  @Test
  void theFcntlLockOfAKilledProgramIsFree() throws Exception {
    try (var foreign = ForeignProgram.on(spool)) {
      assertThat(foreign.can("try-fcntl")).isTrue();
      foreign.kill();
      held(locker(USUAL), Purpose.WRITE).close();
    }
  }

  @Test
  void theDotlockOfADeadProcessIsBrokenOnlyWhereProcessesAreKnownToBeLocal() throws Exception {
    var local = new LockPlan(USUAL.read(), USUAL.write(), USUAL.staleAge(), true, true, 0);
    try (var foreign = ForeignProgram.on(spool)) {
      assertThat(foreign.can("try-dotlock")).isTrue();
      busy(local, AT_ONCE);
      foreign.kill();
      busy(USUAL, AT_ONCE);
      held(locker(local), Purpose.WRITE).close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "", "4194304:elsewhere", "-7", "mine", "99999999999"})
  void aDotlockThatNamesNoProcessOfThisMachineIsNotBrokenForIt(String content) throws Exception {
    var local = new LockPlan(USUAL.read(), USUAL.write(), USUAL.staleAge(), true, true, 0);
    Files.writeString(dotLock(), content);
    assertThat(busy(local, AT_ONCE).holder()).startsWith("dotlock, owner ");
    assertThat(dotLock()).hasContent(content);
  }

  @Test
  void anOldDotlockBesideAnOldSpoolIsBroken() throws Exception {
    Files.createFile(dotLock());
    var files = aged(subject -> aLock(subject) || subject.equals("" + descriptor));
    held(locker(USUAL, files), Purpose.WRITE).close();
    assertThat(names()).containsExactly("tea");
  }

  @Test
  void anOldDotlockBesideASpoolChangedSinceIsNotBroken() throws Exception {
    Files.createFile(dotLock());
    assertThat(
            locker(USUAL, aged(SpoolLockerTest::aLock))
                .lock(target(descriptor), Purpose.WRITE, AT_ONCE))
        .isInstanceOf(LockOutcome.Busy.class);
    assertThat(dotLock()).exists();
  }

  @Test
  void aDotlockWithAModificationTimeOfLongAgoIsYoungAllTheSame() throws Exception {
    Files.createFile(dotLock());
    var longAgo = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(dotLock(), longAgo);
    Files.setLastModifiedTime(spool, longAgo);
    busy(USUAL, AT_ONCE);
    assertThat(dotLock()).exists();
  }

  @Test
  void aFreshLockMadeByTheOneWhoWasFasterIsPutBack() throws Exception {
    Files.createFile(dotLock());
    var files =
        TamperedCalls.preceded(
            aged(subject -> aLock(subject) || subject.equals("" + descriptor)),
            "rename",
            () -> {
              Files.delete(dotLock());
              return Files.writeString(dotLock(), "the faster one");
            });
    assertThat(locker(USUAL, files).lock(target(descriptor), Purpose.WRITE, AT_ONCE))
        .isInstanceOfSatisfying(
            LockOutcome.Busy.class,
            busy -> assertThat(busy.holder()).isEqualTo("dotlock, taken just now"));
    assertThat(dotLock()).hasContent("the faster one");
    assertThat(names()).containsExactlyInAnyOrder("tea", "tea.lock");
  }

  @Test
  void aSymbolicLinkInPlaceOfADotlockIsNeitherFollowedNorBroken() throws Exception {
    Path victim = Files.createFile(spools.resolve("victim"));
    Files.createSymbolicLink(dotLock(), victim);
    var files = aged(_ -> true);
    assertThat(locker(USUAL, files).lock(target(descriptor), Purpose.WRITE, AT_ONCE))
        .isInstanceOf(LockOutcome.Busy.class);
    assertThat(dotLock()).isSymbolicLink();
    assertThat(victim).exists();
  }

  @Test
  void whereNoDotlockCanBeMadeItDependsOnThePlan() throws Exception {
    var files = failingHitch(Errno.EACCES);
    assertThat(locker(USUAL, files).lock(target(descriptor), Purpose.WRITE, PATIENT))
        .isInstanceOfSatisfying(
            LockOutcome.Refused.class,
            refused -> assertThat(refused.failure()).isInstanceOf(StoreFailure.Denied.class));
    var lenient = new LockPlan(USUAL.read(), USUAL.write(), USUAL.staleAge(), false, false, 0);
    try (var lock = held(locker(lenient, files), Purpose.WRITE);
        var foreign = ForeignProgram.on(spool)) {
      assertThat(lock.has(DOTLOCK)).isFalse();
      assertThat(foreign.can("try-fcntl")).isFalse();
    }
  }

  @Test
  void aFullDiskKeepsNobodyFromReading() throws Exception {
    var plan = plan(List.of(DOTLOCK, FCNTL), List.of(DOTLOCK, FCNTL));
    var locker = locker(plan, failingHitch(Errno.ENOSPC));
    held(locker, Purpose.READ).close();
    assertThat(locker.lock(target(descriptor), Purpose.WRITE, PATIENT))
        .isInstanceOfSatisfying(
            LockOutcome.Refused.class,
            refused -> assertThat(refused.failure()).isInstanceOf(StoreFailure.NoSpace.class));
  }

  @Test
  void anEmptyDotlockHasToDoWhereOnlyItsContentFindsNoRoom() throws Exception {
    var files = TamperedCalls.failing(Posix.files(), "write", _ -> true, Errno.ENOSPC);
    try (var lock = held(locker(USUAL, files), Purpose.WRITE)) {
      assertThat(lock.stillOurs()).isTrue();
      assertThat(dotLock()).isEmptyFile();
    }
  }

  @Test
  void aLinkWhoseAnswerWasLostCounts() throws Exception {
    var files =
        TamperedCalls.preceded(
            TamperedCalls.failing(Posix.files(), "link", _ -> true, Errno.EIO),
            "link",
            () -> Files.createLink(dotLock(), hitch()));
    held(locker(USUAL, files), Purpose.WRITE).close();
    assertThat(names()).containsExactly("tea");
  }

  private Path hitch() throws IOException {
    try (var all = Files.list(spools)) {
      return all.filter(each -> each.getFileName().toString().startsWith(".pr."))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aDotlockTakenAwayIsNoticedAndThatOfTheNextHolderLeftAlone() throws Exception {
    try (var lock = held(locker(USUAL), Purpose.WRITE)) {
      assertThat(lock.stillOurs()).isTrue();
      Files.delete(dotLock());
      assertThat(lock.stillOurs()).isFalse();
      Files.writeString(dotLock(), "the next one");
      assertThat(lock.stillOurs()).isFalse();
    }
    assertThat(dotLock()).hasContent("the next one");
  }

  @Test
  void aDotlockHeldForLongIsRefreshed() throws Exception {
    var locker =
        new SpoolLocker(around(Posix.files(), StoreEvents.NONE), USUAL, Duration.ofMillis(5));
    try (var _ = held(locker, Purpose.WRITE)) {
      var first = Files.getLastModifiedTime(dotLock());
      while (Files.getLastModifiedTime(dotLock()).equals(first)) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    assertThat(dotLock()).doesNotExist();
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    Files.createFile(dotLock());
    Thread.currentThread().interrupt();
    busy(USUAL, PATIENT);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void waitsAreReported() throws Exception {
    var heard = new ArrayList<Boolean>();
    var events =
        new StoreEvents() {
          @Override
          public void lockWaited(long nanos, boolean taken) {
            heard.add(taken);
          }
        };
    var locker = new SpoolLocker(around(Posix.files(), events), USUAL);
    held(locker, Purpose.WRITE).close();
    Files.createFile(dotLock());
    var _ = locker.lock(target(descriptor), Purpose.WRITE, AT_ONCE);
    assertThat(heard).containsExactly(true, false);
  }

  @Test
  void theLockfileOfProcmailRespectsOurs() throws Exception {
    Path lockfile = Path.of("/usr/bin/lockfile");
    assumeThat(lockfile).as("procmail is installed").exists();
    try (var _ = held(locker(USUAL), Purpose.WRITE)) {
      var process = new ProcessBuilder(lockfile.toString(), "-r", "0", dotLock().toString());
      assertThat(process.inheritIO().start().waitFor()).isEqualTo(73);
    }
  }

  private SpoolLock held(SpoolLocker locker, Purpose purpose) {
    return held(locker, descriptor, purpose);
  }

  private SpoolLock held(SpoolLocker locker, int of, Purpose purpose) {
    return switch (locker.lock(target(of), purpose, PATIENT)) {
      case LockOutcome.Held(SpoolLock lock) -> lock;
      case LockOutcome other -> throw new AssertionError("not held: " + other);
    };
  }

  private LockOutcome.Busy busy(LockPlan plan, Duration timeout) {
    return switch (locker(plan).lock(target(descriptor), Purpose.WRITE, timeout)) {
      case LockOutcome.Busy busy -> busy;
      case LockOutcome other -> throw new AssertionError("not busy: " + other);
    };
  }

  private static LockPlan plan(List<Kind> read, List<Kind> write) {
    return new LockPlan(read, write, USUAL.staleAge(), true, false, 0);
  }

  private FileCalls aged(Predicate<String> subject) {
    return TamperedCalls.aged(Posix.files(), subject, Duration.ofMinutes(6));
  }

  /// Under its own name or the one that it is renamed to before it is removed.
  private static boolean aLock(String path) {
    return path.endsWith(".lock") || path.contains("/.pr.");
  }

  private static FileCalls failingHitch(Errno errno) {
    return TamperedCalls.failing(Posix.files(), "open", path -> path.contains("/.pr."), errno);
  }

  private static SpoolLocker locker(LockPlan plan) {
    return locker(plan, Posix.files());
  }

  private static SpoolLocker locker(LockPlan plan, FileCalls files) {
    return new SpoolLocker(around(files, StoreEvents.NONE), plan);
  }

  private static StoreSurroundings around(FileCalls files, StoreEvents events) {
    return new StoreSurroundings(
        files, UserIdentity.process(), InstantSource.system(), new Impatient(), events);
  }

  /// Chance with the shortest pauses.
  private static final class Impatient implements RandomGenerator {
    private final SplittableRandom names = new SplittableRandom();

    @Override
    public synchronized long nextLong() {
      return names.nextLong();
    }

    @Override
    public long nextLong(long origin, long bound) {
      return origin;
    }
  }

  private SpoolTarget target(int of) {
    return new SpoolTarget(spool.toString(), of, ME);
  }

  private int open() throws PosixException {
    return Posix.files().open(spool.toString(), OpenFlags.READ_WRITE, /* mode= */ 0);
  }

  private Path dotLock() {
    return spool.resolveSibling("tea.lock");
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(spools)) {
      return all.map(each -> each.getFileName().toString()).toList();
    }
  }
}
