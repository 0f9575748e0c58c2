package org.popinjay.mailstore.mbox.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.StoreEvents.RecoveryOutcome;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.faults.WorldStopped;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// Random rewrites, crashed at random; recoveries of them, crashed again and again over the same
/// disk; mail and other programs in between.
class RewriteHistoryTest {
  private static final int HISTORIES = Integer.getInteger("popinjay.histories", 300);
  private static final char CHANGE = '\u0007';
  private static final FileCalls REAL = Posix.files();

  @TempDir(factory = RamDirectory.class)
  private Path temp;

  @Test
  void noNumberOfCrashesLosesOrDoublesMail() throws Exception {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var history = new History(Files.createDirectory(temp.resolve("mail" + seed)), seed);
      try {
        history.crashAndRecover();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(history.told(), e);
      }
    }
  }

  @Test
  void whatAnotherProgramWroteSinceIsNeverOverwritten() throws Exception {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var history = new History(Files.createDirectory(temp.resolve("change" + seed)), seed);
      try {
        history.crashAndTamper();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(history.told(), e);
      }
    }
  }

  private static final class History {
    private final Path directory;
    private final int seed;
    private final SplittableRandom random;
    private final List<String> story = new ArrayList<>();
    private final List<byte[]> delivered = new ArrayList<>();
    private final RewritePlan plan;
    private final RewriteWorld world;
    private final int reserve;
    private final long journalMax;
    private final boolean diskFull;
    private FaultyFileCalls files = new FaultyFileCalls(REAL, new Fault.None());
    private Optional<StoreResult<Long>> answer = Optional.empty();

    History(Path directory, int seed) throws IOException {
      this.directory = directory;
      this.seed = seed;
      random = new SplittableRandom(seed);
      var messages = new ArrayList<byte[]>();
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        messages.add(RewriteWorld.message(i, random.nextInt(100, 9_000)));
      }
      int kind = random.nextInt(4);
      var editor = new PlanEditor(messages);
      for (int i = 0; i < messages.size(); i++) {
        edit(editor, i, kind);
      }
      plan = editor.plan();
      boolean anyOrder = kind != 2;
      journalMax = anyOrder && random.nextBoolean() ? 4096L * random.nextInt(1, 4) : 1 << 20;
      diskFull = random.nextInt(4) == 0;
      reserve = 4096 * random.nextInt(4, 40);
      byte[] before = RewriteWorld.join(messages);
      world = RewriteWorld.in(directory, before, plan, editor.after(), reserve);
    }

    /// Removes only, grows only, both, or neither.
    private void edit(PlanEditor editor, int message, int kind) {
      int choice = random.nextInt(3);
      if (choice == 0) {
        editor.keep(message);
      } else if (kind == 0 || (kind == 2 && choice == 1)) {
        editor.remove(message);
      } else if (kind == 1 || kind == 2) {
        editor.grow(message, random.nextInt(1, 6_000));
      } else {
        editor.overwrite(message);
      }
    }

    String told() {
      return "seed " + seed + " " + plan + ": " + String.join(", ", story);
    }

    void crashAndRecover() throws Exception {
      process(this::rewrite);
      for (int i = random.nextInt(4); i > 0; i--) {
        deliver();
        process(this::recover);
      }
      deliver();
      var outcome = world.recover(REAL, reserve);
      story.add("last " + outcome);
      assertThat(outcome).isInstanceOf(StoreResult.Done.class);
      assertThat(outcome).isNotEqualTo(StoreResult.done(Optional.of(RecoveryOutcome.SET_ASIDE)));
      var mail = delivered.toArray(byte[][]::new);
      world.holdsOldOrNew(mail);
      if (answer.isPresent()) {
        switch (answer.get()) {
          case StoreResult.Done<Long> _ -> world.holdsNew(mail);
          case StoreResult.Failed<Long>(StoreFailure failure) -> {
            if (failure instanceof StoreFailure.NoSpace) {
              world.holdsOld(mail);
            }
          }
        }
      }
      assertThat(world.journals()).isEmpty();
    }

    /// Changes the first octet of a page: behind one that is new, any octets are taken for a write
    /// that was killed half way.
    void crashAndTamper() throws Exception {
      process(this::rewrite);
      deliver();
      long size = world.content().length;
      if (size == 0) {
        return;
      }
      long place = random.nextLong(size) / RewriteWindows.PAGE * RewriteWindows.PAGE;
      boolean inFirstPage = place < plan.first() && place + RewriteWindows.PAGE > plan.first();
      write(inFirstPage && plan.first() < size ? plan.first() : place, CHANGE);
      var outcome = world.recover(REAL, reserve);
      story.add("octet " + place + " of " + size + " changed, " + outcome);
      assertThat(outcome).isInstanceOf(StoreResult.Done.class);
      assertThat(new String(world.content(), StandardCharsets.ISO_8859_1)).contains("" + CHANGE);
    }

    private void write(long place, char octet) throws IOException {
      try (var file = new RandomAccessFile(directory.resolve("tea").toFile(), "rw")) {
        file.seek(place);
        file.write(octet);
      }
    }

    private interface Work {
      void run(FileCalls files) throws Exception;
    }

    /// One process: a fault somewhere, then death of the process or of the machine.
    private void process(Work work) throws Exception {
      var fault = fault();
      story.add("process with " + fault);
      files = files.next(fault);
      try {
        work.run(files);
      } catch (WorldStopped _) {
        story.add("stopped after " + files.trace().getLast());
      } catch (IOException e) {
        story.add(e.getMessage());
      }
      if (random.nextBoolean()) {
        story.add("power lost");
        files.losePower(directory, random);
      } else {
        files.kill();
      }
    }

    private Fault fault() {
      int call = random.nextInt(1, 90);
      return switch (random.nextInt(8)) {
        case 0 -> new Fault.None();
        case 1 -> new Fault.Fail(call, Errno.EIO);
        case 2 -> new Fault.StopInside(call);
        case 3 -> new Fault.DiskFull(call);
        default -> new Fault.StopAfter(call);
      };
    }

    private void rewrite(FileCalls calls) throws Exception {
      var through =
          diskFull
              ? TamperedCalls.failing(
                  calls, "open", path -> path.endsWith(JournalFolder.UNPUBLISHED), Errno.ENOSPC)
              : calls;
      answer = Optional.of(world.rewrite(through, journalMax, reserve));
      story.add("rewrite " + answer.get());
    }

    private void recover(FileCalls calls) throws Exception {
      story.add("recover " + world.recover(calls, reserve));
    }

    private void deliver() throws IOException {
      if (random.nextBoolean()) {
        byte[] mail = RewriteWorld.message(100 + delivered.size(), random.nextInt(100, 12_000));
        story.add("deliver " + mail.length);
        world.deliver(mail);
        delivered.add(mail);
      }
    }
  }
}
