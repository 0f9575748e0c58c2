package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.lock.LockOutcome;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.lock.SpoolTarget;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.rewrite.SpoolName;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolOpening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one owner of a spool's descriptor: opens it with the rights of its user, locks it, and opens
/// it again when another program put a new file in its place.
///
/// Not thread-safe: used under the gate of its mailbox.
public final class SpoolFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolFile.class);
  private static final int CLOSED = -1;
  private static final int OWN_FILE = 0600;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private volatile SpoolPlace place;
  private int descriptor = CLOSED;
  private boolean writable;

  /// With whose rights the file is opened.
  private volatile Identity rights;

  /// What an attempt to lock came to.
  public sealed interface Hold {
    /// Locked, and the name still names the open file.
    ///
    /// @param stat of the locked file
    record Held(SpoolLock lock, FileStat stat) implements Hold {}

    /// There is no file.
    record Missing() implements Hold {}

    /// It could not be locked.
    record Refused(StoreFailure failure) implements Hold {}
  }

  public SpoolFile(MboxEnvironment environment, AccountOwner owner, SpoolPlace place) {
    this.environment = environment;
    this.owner = owner;
    this.place = place;
    rights = owner.identity();
  }

  /// Opens the file of a board with these rights from now on. Whoever may read it may have it
  /// opened for all the others who were found to.
  public void readBy(Identity reader) {
    if (!place.board()) {
      throw new IllegalStateException("only its owner reads " + path());
    }
    rights = reader;
  }

  /// Path, for the log.
  public String path() {
    return place.path();
  }

  /// Where it lies.
  public SpoolPlace place() {
    return place;
  }

  /// The file has got another name; an open one stays open. Called by whoever holds the write lock
  /// of [TreeLocks#paths].
  public void moveTo(SpoolPlace next) {
    place = next;
  }

  /// A look at the name of the file.
  private interface Look<T extends @Nullable Object> {
    T at(SpoolPlace place) throws IOException;
  }

  /// Looks while no folder is being renamed.
  private <T extends @Nullable Object> T undisturbed(Look<T> look) throws IOException {
    if (!place.isFolder()) {
      return look.at(place);
    }
    var lock = environment.trees().paths(owner).readLock();
    lock.lock();
    try {
      return look.at(place);
    } finally {
      lock.unlock();
    }
  }

  /// How it is found again after a crash.
  public SpoolName name() {
    return new SpoolName(path(), owner.name());
  }

  /// Descriptor of the open file.
  ///
  /// @throws IllegalStateException when none is open
  public int descriptor() {
    if (descriptor == CLOSED) {
      throw new IllegalStateException("spool is not open: " + path());
    }
    return descriptor;
  }

  /// Whether a file is open.
  public boolean isOpen() {
    return descriptor != CLOSED;
  }

  /// Whether a file is open and may be written to.
  boolean isWritable() {
    return isOpen() && writable;
  }

  /// Whether the spool may be changed: a file that is not there may be made, and one that may not
  /// even be opened is none to change.
  public boolean mayBeWritten() throws IOException {
    return isOpen() ? writable : open() instanceof Hold.Missing || isWritable();
  }

  /// What the name names now, or null if there is nothing.
  ///
  /// The server's own rights are enough in a spool folder; where they are not, the owner's are
  /// used.
  public @Nullable FileStat look() throws IOException {
    return undisturbed(this::look);
  }

  private @Nullable FileStat look(SpoolPlace at) throws IOException {
    try {
      return environment.files().stat(at.path());
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> null;
        case EACCES -> environment.as(rights, () -> lookAgain(at));
        default -> throw e;
      };
    }
  }

  private @Nullable FileStat lookAgain(SpoolPlace at) throws IOException {
    try {
      return environment.files().stat(at.path());
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  /// What the open file looks like now.
  public FileStat stat() throws PosixException {
    return environment.files().stat(descriptor());
  }

  /// Takes the lock chain on the file that the name names at that moment, opening it if need be.
  ///
  /// @param timeout how long other programs are waited for
  public Hold lock(Purpose purpose, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    if (purpose == Purpose.WRITE && !isWritable()) {
      close(); // it may have become writable
    }
    while (true) {
      if (!isOpen()) {
        var refused = open();
        if (refused != null) {
          return refused;
        }
      }
      if (purpose == Purpose.WRITE && !isWritable()) {
        return new Hold.Refused(new StoreFailure.ReadOnly(path() + " may only be read"));
      }
      var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      var target = new SpoolTarget(path(), descriptor(), environment.lockIdentity(owner, place));
      switch (environment.locker().lock(target, place.board() ? Purpose.LOOK : purpose, left)) {
        case LockOutcome.Busy(Duration waited, String holder) -> {
          return new Hold.Refused(new StoreFailure.Busy(waited, path() + " is locked: " + holder));
        }
        case LockOutcome.Refused(StoreFailure failure) -> {
          return new Hold.Refused(failure);
        }
        case LockOutcome.Held(SpoolLock lock) -> {
          var named = look();
          var mine = stat();
          if (named != null && named.sameFile(mine)) {
            return new Hold.Held(lock, mine);
          }
          lock.close();
          close();
        }
      }
    }
  }

  /// Makes an empty file if there is none and the mailbox is there without one.
  ///
  /// @return why that cannot be done, or null
  public @Nullable StoreFailure make() throws IOException {
    if (look() != null) {
      return null;
    }
    if (place.isFolder()) {
      return new StoreFailure.NotFound(path() + " is not there any more");
    }
    int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;
    try {
      var files = environment.files();
      files.close(environment.asLocker(owner, place, () -> files.open(path(), flags, OWN_FILE)));
      Replacement.syncDirectory(files, place.directory());
      return null;
    } catch (PosixException e) {
      return e.errno() == Errno.EEXIST ? null : StoreFailures.of(e);
    }
  }

  private @Nullable Hold open() throws IOException {
    return switch (undisturbed(this::opening)) {
      case SpoolOpening.Opened(int fd, FileStat _, boolean toWrite) -> {
        descriptor = fd;
        writable = toWrite;
        yield null;
      }
      case SpoolOpening.Missing _ -> new Hold.Missing();
      case SpoolOpening.Refused(String reason) -> new Hold.Refused(new StoreFailure.Denied(reason));
    };
  }

  /// Asks for the changes of the folder: with the rights of the owner if it is his.
  public int listen(DirectoryWatch to, String directory) throws IOException {
    if (!place.isFolder()) {
      try {
        return to.add(directory);
      } catch (PosixException e) {
        if (e.errno() != Errno.EACCES) {
          throw e;
        }
      }
    }
    return environment.as(rights, () -> to.add(directory));
  }

  private SpoolOpening opening(SpoolPlace at) throws IOException {
    if (at.board()) {
      return environment.sharedFolder(at.root()).open(at.file(), rights);
    }
    var safe = environment.safeOpen();
    return at.isFolder()
        ? safe.openBelow(at.root(), at.file(), owner.identity(), environment.rules())
        : safe.openSpool(at.path(), owner.identity(), environment.rules());
  }

  @Override
  public void close() {
    if (descriptor != CLOSED) {
      try {
        environment.files().close(descriptor);
      } catch (PosixException e) {
        LOG.warn("{} was closed with an error: {}", path(), e.getMessage());
      }
      descriptor = CLOSED;
    }
  }
}
