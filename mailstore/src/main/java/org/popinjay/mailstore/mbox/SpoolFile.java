package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.lock.LockOutcome;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.lock.SpoolTarget;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolOpening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one owner of a spool's descriptor: opens it with the rights of its user, locks it, and opens
/// it again when another program put a new file in its place.
///
/// Not thread-safe: used under the gate of its mailbox.
final class SpoolFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolFile.class);
  private static final int CLOSED = -1;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final String path;
  private int descriptor = CLOSED;

  /// What an attempt to lock came to.
  sealed interface Hold {
    /// Locked, and the name still names the open file.
    ///
    /// @param stat of the locked file
    record Held(SpoolLock lock, FileStat stat) implements Hold {}

    /// There is no file.
    record Missing() implements Hold {}

    /// It could not be locked.
    record Refused(StoreFailure failure) implements Hold {}
  }

  SpoolFile(MboxEnvironment environment, AccountOwner owner, String path) {
    this.environment = environment;
    this.owner = owner;
    this.path = path;
  }

  /// Path, for the log.
  String path() {
    return path;
  }

  /// How it is found again after a crash.
  SpoolName name() {
    return new SpoolName(path, owner.name());
  }

  /// Descriptor of the open file.
  ///
  /// @throws IllegalStateException when none is open
  int descriptor() {
    if (descriptor == CLOSED) {
      throw new IllegalStateException("spool is not open: " + path);
    }
    return descriptor;
  }

  /// Whether a file is open.
  boolean isOpen() {
    return descriptor != CLOSED;
  }

  /// What the name names now, or null if there is nothing.
  ///
  /// The server's own rights are enough in a spool folder; where they are not, the owner's are
  /// used.
  @Nullable FileStat look() throws IOException {
    try {
      return environment.files().stat(path);
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> null;
        case EACCES -> environment.as(owner, this::lookAsOwner);
        default -> throw e;
      };
    }
  }

  private @Nullable FileStat lookAsOwner() throws IOException {
    try {
      return environment.files().stat(path);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  /// What the open file looks like now.
  FileStat stat() throws PosixException {
    return environment.files().stat(descriptor());
  }

  /// Takes the lock chain on the file that the name names at that moment, opening it if need be.
  ///
  /// @param timeout how long other programs are waited for
  Hold lock(Purpose purpose, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      if (!isOpen()) {
        var refused = open();
        if (refused != null) {
          return refused;
        }
      }
      var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      var target = new SpoolTarget(path, descriptor(), environment.lockIdentity(owner));
      switch (environment.locker().lock(target, purpose, left)) {
        case LockOutcome.Busy(Duration waited, String holder) -> {
          return new Hold.Refused(new StoreFailure.Busy(waited, path + " is locked: " + holder));
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

  private @Nullable Hold open() throws IOException {
    return switch (environment.safeOpen().openSpool(path, owner.identity(), environment.rules())) {
      case SpoolOpening.Opened(int fd, FileStat _) -> {
        descriptor = fd;
        yield null;
      }
      case SpoolOpening.Missing _ -> new Hold.Missing();
      case SpoolOpening.Refused(String reason) -> new Hold.Refused(new StoreFailure.Denied(reason));
    };
  }

  @Override
  public void close() {
    if (descriptor != CLOSED) {
      try {
        environment.files().close(descriptor);
      } catch (PosixException e) {
        LOG.warn("{} was closed with an error: {}", path, e.getMessage());
      }
      descriptor = CLOSED;
    }
  }
}
