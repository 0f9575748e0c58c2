package org.popinjay.mailstore.mbox.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreWatching;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

/// With the real inotify; nothing depends on how long it takes. Looks come one after the other.
class SpoolWatcherTest {
  @TempDir private Path folder;
  private final ExecutorService tasks = Executors.newSingleThreadExecutor();
  private SpoolWatcher watcher;

  @BeforeEach
  void start() throws PosixException {
    watcher = watcher(Posix.directoryWatch());
  }

  private SpoolWatcher watcher(DirectoryWatch directories) {
    return new SpoolWatcher(
        new StoreWatching(directories, Thread.ofPlatform().daemon().factory(), _ -> tasks),
        StoreEvents.NONE,
        System::nanoTime);
  }

  @AfterEach
  void stop() {
    watcher.close();
    tasks.close();
  }

  private final class Box implements SpoolWatcher.Watched {
    final Semaphore looks = new Semaphore(0);
    volatile SpoolPlace place;
    final AtomicInteger busy = new AtomicInteger();

    Box(String path) {
      place = new SpoolPlace(new MailboxName(path), folder.toString(), path);
    }

    @Override
    public String user() {
      return "tea";
    }

    @Override
    public SpoolPlace place() {
      return place;
    }

    @Override
    public int listen(DirectoryWatch to, String directory) throws IOException {
      return to.add(directory);
    }

    @Override
    public StoreResult<Boolean> look() {
      looks.release();
      return busy.getAndDecrement() > 0
          ? StoreResult.failed(new StoreFailure.Busy(Duration.ZERO, "locked"))
          : StoreResult.done(true);
    }

    void isLookedAt() throws InterruptedException {
      assertThat(looks.tryAcquire(1, TimeUnit.MINUTES)).as("a look at %s", place.file()).isTrue();
    }

    /// The one at the beginning, and what follows from it.
    Box begun() throws InterruptedException {
      watcher.begin(this);
      isLookedAt();
      return this;
    }
  }

  private void append(String path) throws IOException {
    Files.writeString(
        folder.resolve(path), "mail", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /// Returns when all looks that what happened so far gives rise to have been taken: another
  /// mailbox in the same folder had one when that had been noticed, one when the time was over for
  /// which changes are gathered, and one behind it.
  private void settle(Box other) throws IOException, InterruptedException {
    for (int look = 0; look < 3; look++) {
      append(other.place.file());
      other.isLookedAt();
    }
  }

  @Test
  void aSpoolIsLookedAtWhenItGrows() throws Exception {
    append("tea");
    var tea = new Box("tea").begun();
    var pot = new Box("pot").begun();
    append("tea");
    tea.isLookedAt();
    assertThat(pot.looks.drainPermits()).isZero();
    append("pot");
    pot.isLookedAt();
  }

  @Test
  void aSpoolIsLookedAtWhenAnotherFileTakesItsPlace() throws Exception {
    var tea = new Box("tea").begun();
    append("tea.new");
    Files.move(
        folder.resolve("tea.new"), folder.resolve("tea"), StandardCopyOption.REPLACE_EXISTING);
    tea.isLookedAt();
  }

  @Test
  void aSpoolThatIsLockedIsLookedAtAgain() throws Exception {
    var tea = new Box("tea");
    tea.busy.set(3);
    watcher.begin(tea);
    for (int look = 0; look < 4; look++) {
      tea.isLookedAt();
    }
  }

  @Test
  void whatIsBelowAFolderIsWatchedToo() throws Exception {
    Files.createDirectories(folder.resolve("a/b"));
    var tea = new Box("a/b/tea").begun();
    append("a/b/tea");
    tea.isLookedAt();
  }

  @Test
  void aMailboxIsWatchedUntilTheLastOneLosesInterest() throws Exception {
    var tea = new Box("tea").begun();
    watcher.begin(tea);
    watcher.end(tea);
    append("tea");
    tea.isLookedAt();
    watcher.end(tea);
    var pot = new Box("pot").begun();
    tea.looks.drainPermits();
    append("tea");
    append("pot");
    pot.isLookedAt();
    assertThat(tea.looks.drainPermits()).isZero();
  }

  @Test
  void aMailboxThatMovesIsWatchedWhereItGoes() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    var tea = new Box("tea").begun();
    var pot = new Box("pot").begun();
    tea.place = new SpoolPlace(new MailboxName("a/tea"), folder.toString(), "a/tea");
    watcher.moved(tea);
    tea.isLookedAt();
    append("a/tea");
    tea.isLookedAt();
    settle(pot);
    tea.looks.drainPermits();
    append("tea");
    append("pot");
    pot.isLookedAt();
    assertThat(tea.looks.drainPermits()).isZero();
  }

  @Test
  void aFolderThatComesBackIsWatchedAgain() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    var tea = new Box("a/tea").begun();
    Files.delete(folder.resolve("a"));
    tea.isLookedAt();
    tea.looks.drainPermits();
    Files.createDirectories(folder.resolve("a"));
    watcher.moved(tea);
    tea.isLookedAt();
    append("a/tea");
    tea.isLookedAt();
  }

  @Test
  void withoutAWatchItIsLookedAtInTheBeginningAtLeast() throws Exception {
    watcher.close();
    watcher = watcher(DirectoryWatch.blind());
    var tea = new Box("tea").begun();
    watcher.end(tea);
  }
}
