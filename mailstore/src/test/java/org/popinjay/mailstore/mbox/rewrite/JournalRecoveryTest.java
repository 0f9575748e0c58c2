package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreEvents.RecoveryOutcome;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// What recovery makes of crashed rewrites that somebody or something has meddled with.
class JournalRecoveryTest {
  private static final FileCalls REAL = Posix.files();
  private static final int RESERVE = 64 << 10;
  private static final byte[] NO_MAIL = {};

  @TempDir(factory = RamDirectory.class)
  Path directory;

  /// Where a rewrite that removes the first message stopped.
  enum Stop {
    BEFORE_THE_SPOOL_WAS_SYNCED(CallKind.SYNC_DATA),
    BEFORE_THE_SPOOL_WAS_CUT(CallKind.TRUNCATE);

    private final CallKind failed;

    Stop(CallKind failed) {
      this.failed = failed;
    }

    Fault fault() {
      return new Fault.FailNth(failed, 1, Errno.EIO);
    }
  }

  private RewriteWorld stopped(Stop stop, long journalMax) throws Exception {
    var messages = List.of(RewriteWorld.message(1, 6_000), RewriteWorld.message(2, 40_000));
    var editor = new PlanEditor(messages).remove(0).keep(1);
    var world =
        RewriteWorld.in(
            directory, RewriteWorld.join(messages), editor.plan(), editor.after(), RESERVE);
    assertThat(world.rewrite(new FaultyFileCalls(REAL, stop.fault()), journalMax, RESERVE))
        .isInstanceOf(StoreResult.Failed.class);
    return world;
  }

  private RewriteWorld stopped(Stop stop) throws Exception {
    return stopped(stop, 1 << 20);
  }

  @Test
  void nothingWaitsForASpoolThatWasNeverRewritten() throws Exception {
    byte[] mail = RewriteWorld.message(1, 100);
    var world =
        RewriteWorld.in(
            directory, mail, RewritePlan.from(0, mail.length).build(), NO_MAIL, RESERVE);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(StoreResult.done(Optional.empty()));
    world.holdsOld();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasBegunIsFinished(Stop stop) throws Exception {
    var world = stopped(stop);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.FINISHED));
    world.holdsNew();
    assertThat(world.journals()).isEmpty();
  }

  @Test
  void whatWaitsNamesItsSpoolAndOwner() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    var stat = REAL.stat(world.spool().toString());
    assertThat(recovery(world).pending())
        .containsExactly(
            new PendingRewrite(
                new SpoolName(world.spool().toString(), "tea"), stat.device(), stat.inode()));
    assertThat(recovery(world).isPending(stat)).isTrue();
    assertThat(world.journals().getFirst()).doesNotContain("tea");
  }

  @Test
  void aSpoolThatAnotherProgramChangedIsLeftAlone() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    byte[] changed = world.content();
    changed[9_000] ^= 1;
    Files.write(world.spool(), changed);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.SET_ASIDE));
    assertThat(world.content()).isEqualTo(changed);
    assertThat(world.journals()).singleElement().asString().endsWith(".journal.aside");
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(StoreResult.done(Optional.empty()));
  }

  @Test
  void aSpoolThatAnotherProgramChangedWhereLaterStepsReadIsLeftAlone() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED, 8192);
    byte[] changed = world.content();
    changed[30_000] ^= 1;
    Files.write(world.spool(), changed);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.SET_ASIDE));
    assertThat(world.content()).isEqualTo(changed);
  }

  @Test
  void aSpoolThatAnotherProgramShortenedIsLeftAlone() throws Exception {
    shortenAndPutAside();
  }

  private void shortenAndPutAside() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    byte[] shorter = java.util.Arrays.copyOf(world.content(), 45_000);
    Files.write(world.spool(), shorter);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.SET_ASIDE));
    assertThat(world.content()).isEqualTo(shorter);
  }

  @Test
  void aSecondJournalPutAsideDoesNotReplaceTheFirst() throws Exception {
    shortenAndPutAside();
    Path journals = directory.resolve("state/.journals");
    Path aside = journals.resolve(names(journals).getFirst());
    Path journal = Path.of(aside.toString().replace(".aside", ""));
    Files.copy(aside, journal);
    var folder = JournalFolder.open(REAL, directory.resolve("state").toString(), RESERVE);
    var recovery = new JournalRecovery(REAL, folder, StoreEvents.NONE);
    recovery.setAside(recovery.pending().getFirst());
    assertThat(names(journals)).hasSize(2).allMatch(name -> name.endsWith(".aside"));
  }

  @Test
  void zerosInFrontOfTheOldTailAreACutThatWasInterrupted() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_CUT);
    byte[] content = world.content();
    int newSize = content.length - RewriteWorld.message(1, 6_000).length;
    java.util.Arrays.fill(content, newSize, (newSize / 4096 + 1) * 4096, (byte) 0);
    byte[] mail = RewriteWorld.message(7, 9_000);
    Files.write(world.spool(), content);
    world.deliver(mail);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.FINISHED));
    world.holdsNew(mail);
  }

  @Test
  void mailBehindACutThatWasDoneIsNotCutAgain() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_CUT);
    byte[] mail = RewriteWorld.message(7, 30_000);
    long newSize = (long) world.content().length - RewriteWorld.message(1, 6_000).length;
    try (var spool = FileChannel.open(world.spool(), StandardOpenOption.WRITE)) {
      spool.truncate(newSize);
    }
    world.deliver(mail);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.FINISHED));
    world.holdsNew(mail);
  }

  @Test
  void aJournalWhosePayloadIsDamagedIsPutAside() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    byte[] content = world.content();
    Path journal = journal(world);
    byte[] octets = Files.readAllBytes(journal);
    octets[octets.length / 2] ^= 1;
    Files.write(journal, octets);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.SET_ASIDE));
    assertThat(world.content()).isEqualTo(content);
    assertThat(world.journals()).singleElement().asString().endsWith(".aside");
  }

  @Test
  void aJournalOfANewerVersionIsNotTouched() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    Path journal = journal(world);
    byte[] octets = Files.readAllBytes(journal);
    for (int mark : new int[] {0, 4096}) {
      ByteBuffer.wrap(octets).putInt(mark + 8, JournalMark.VERSION + 1);
      octets[mark + 60] ^= 1;
    }
    octets[0] = 'P';
    Files.write(journal, octets);
    byte[] content = world.content();
    assertThat(world.recover(REAL, RESERVE))
        .isInstanceOfSatisfying(
            StoreResult.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(StoreFailure.Unavailable.class));
    assertThat(world.content()).isEqualTo(content);
    assertThat(Files.readAllBytes(journal)).isEqualTo(octets);
    assertThat(recovery(world).pending()).isEmpty();
  }

  @Test
  void aRewriteWhoseFileWasReplacedIsPutAside() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    Path other = Files.write(directory.resolve("other"), world.content());
    Files.move(other, world.spool(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    var recovery = recovery(world);
    assertThat(recovery.isPending(REAL.stat(world.spool().toString()))).isFalse();
    recovery.setAside(recovery.pending().getFirst());
    assertThat(recovery.pending()).isEmpty();
    assertThat(world.journals()).singleElement().asString().endsWith(".aside");
  }

  @Test
  void whatWasNeverCommittedIsRemovedAtTheStart() throws Exception {
    var world = stopped(Stop.BEFORE_THE_SPOOL_WAS_SYNCED);
    Path left = world.state().resolve(".journals/1-2.journal.new");
    Files.writeString(left, "POPJRNL\n", StandardCharsets.US_ASCII);
    var _ = recovery(world);
    assertThat(left).doesNotExist();
    assertThat(world.journals()).hasSize(1);
  }

  @Test
  void theReserveOfOneCrashedRewriteIsNotTakenByAnother() throws Exception {
    var messages = List.of(RewriteWorld.message(1, 6_000), RewriteWorld.message(2, 40_000));
    var editor = new PlanEditor(messages).remove(0).keep(1);
    byte[] before = RewriteWorld.join(messages);
    var world = RewriteWorld.in(directory, before, editor.plan(), editor.after(), RESERVE);
    crashInReserve(world, new Fault.FailNth(CallKind.TRUNCATE, 1, Errno.EIO));
    Path second = Files.write(directory.resolve("second"), before);
    var other = world.withSpool(second);
    assertThat(other.rewrite(new FaultyFileCalls(REAL, new Fault.DiskFull(1)), 1 << 20, RESERVE))
        .isInstanceOfSatisfying(
            StoreResult.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(StoreFailure.NoSpace.class));
    assertThat(recovery(world).pending()).hasSize(1);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.FINISHED));
    world.holdsNew();
    other.holdsOld();
    assertThat(other.rewrite(new FaultyFileCalls(REAL, new Fault.DiskFull(1)), 1 << 20, RESERVE))
        .isInstanceOf(StoreResult.Done.class);
    other.holdsNew();
  }

  @Test
  void aReservePutAsideIsReplacedByANewOne() throws Exception {
    var messages = List.of(RewriteWorld.message(1, 6_000), RewriteWorld.message(2, 40_000));
    var editor = new PlanEditor(messages).remove(0).keep(1);
    var world =
        RewriteWorld.in(
            directory, RewriteWorld.join(messages), editor.plan(), editor.after(), RESERVE);
    crashInReserve(world, new Fault.FailNth(CallKind.SYNC_DATA, 2, Errno.EIO));
    Files.write(world.spool(), new byte[10]);
    assertThat(world.recover(REAL, RESERVE)).isEqualTo(outcome(RecoveryOutcome.SET_ASIDE));
    assertThat(world.state().resolve(".reserve")).hasSize(RESERVE);
    assertThat(world.journals()).containsExactly("reserve.aside");
    assertThat(recovery(world).pending()).isEmpty();
  }

  private static void crashInReserve(RewriteWorld world, Fault fault) throws Exception {
    var full =
        org.popinjay.mailstore.faults.TamperedCalls.failing(
            new FaultyFileCalls(REAL, fault),
            "open",
            path -> path.endsWith(JournalFolder.UNPUBLISHED),
            Errno.ENOSPC);
    assertThat(world.rewrite(full, 1 << 20, RESERVE)).isInstanceOf(StoreResult.Failed.class);
    assertThat(world.journals()).isEmpty();
  }

  private static StoreResult<Optional<RecoveryOutcome>> outcome(RecoveryOutcome outcome) {
    return StoreResult.done(Optional.of(outcome));
  }

  private static JournalRecovery recovery(RewriteWorld world) throws IOException {
    return new JournalRecovery(
        REAL, JournalFolder.open(REAL, world.state().toString(), RESERVE), StoreEvents.NONE);
  }

  private static Path journal(RewriteWorld world) throws IOException {
    return world.state().resolve(".journals").resolve(world.journals().getFirst());
  }

  private static List<String> names(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).toList();
    }
  }
}
