package org.popinjay.mailstore.mbox.drop;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.ids.TextDigest;
import org.popinjay.mailstore.mbox.ledger.MailboxLedger;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SpoolOpening;

/// The file `.USER.pop` beside a spool, in which popper and qpopper keep a maildrop while they work
/// on it. What a crash or a full disk left in it is mail that is nowhere else.
public final class LeftDrop implements AutoCloseable {
  private static final int ATTEMPTS = 10;

  private final MboxEnvironment environment;
  private final String path;
  private final int descriptor;
  private final long octets;

  private LeftDrop(MboxEnvironment environment, String path, int descriptor, long octets) {
    this.environment = environment;
    this.path = path;
    this.descriptor = descriptor;
    this.octets = octets;
  }

  /// What came of an attempt to open one.
  public sealed interface Opening {
    /// It is ours until it is closed.
    record Opened(LeftDrop drop) implements Opening {}

    /// It cannot be used.
    ///
    /// @param busy whether a session of another server has it
    record Refused(String detail, boolean busy) implements Opening {}
  }

  /// Its path.
  public static String path(AccountOwner owner, SpoolPlace spool) {
    return spool.directory() + "/." + owner.name() + ".pop";
  }

  /// Whether there is one with something in it, or something else of that name; one call.
  public static boolean isThere(MboxEnvironment environment, AccountOwner owner, SpoolPlace spool)
      throws IOException {
    var stat = look(environment, owner, path(owner, spool));
    return stat != null && (stat.type() != FileStat.Type.REGULAR || stat.size() > 0);
  }

  private static @Nullable FileStat look(
      MboxEnvironment environment, AccountOwner owner, String path) throws IOException {
    try {
      return stat(environment, path);
    } catch (PosixException e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      return environment.as(owner, () -> stat(environment, path));
    }
  }

  private static @Nullable FileStat stat(MboxEnvironment environment, String path)
      throws PosixException {
    try {
      return environment.files().stat(path);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
  }

  /// Opens it with the rights of its owner, as carefully as a spool, and locks it as qpopper does.
  ///
  /// @return null if there is none any more
  public static @Nullable Opening open(
      MboxEnvironment environment, AccountOwner owner, SpoolPlace spool) throws IOException {
    var path = path(owner, spool);
    return switch (environment.safeOpen().openSpool(path, owner.identity(), environment.rules())) {
      case SpoolOpening.Missing _ -> null;
      case SpoolOpening.Refused(String reason) -> new Opening.Refused(reason, false);
      case SpoolOpening.Opened(int descriptor, FileStat stat, boolean writable) -> {
        boolean keep = false;
        try {
          var files = environment.files();
          if (!writable) {
            yield new Opening.Refused(path + ": may only be read", false);
          }
          if (!files.tryFlock(descriptor, true) || !files.tryLock(descriptor, true)) {
            yield new Opening.Refused(path + ": a session of another server has it", true);
          }
          keep = true;
          yield new Opening.Opened(
              new LeftDrop(environment, path, descriptor, files.stat(descriptor).size()));
        } finally {
          if (!keep) {
            environment.files().close(descriptor);
          }
        }
      }
    };
  }

  /// Makes it if there is none, and locks it: the session lock of popper and qpopper. Stays ours
  /// until it is closed, and empty, since nothing is ever written into it.
  static Opening hold(MboxEnvironment environment, AccountOwner owner, SpoolPlace spool)
      throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      make(environment, owner, spool);
      var opening = open(environment, owner, spool);
      if (opening instanceof Opening.Opened(LeftDrop drop) && !drop.hasItsName()) {
        // Another server's session ended in between and took it away.
        drop.close();
      } else if (opening != null) {
        return opening;
      }
    }
    return new Opening.Refused(path(owner, spool) + ": sessions of another server", true);
  }

  private static void make(MboxEnvironment environment, AccountOwner owner, SpoolPlace spool)
      throws IOException {
    int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW;
    var files = environment.files();
    try {
      files.close(
          environment.asLocker(owner, spool, () -> files.open(path(owner, spool), flags, 0600)));
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  private boolean hasItsName() throws PosixException {
    var named = stat(environment, path);
    return named != null && named.sameFile(environment.files().stat(descriptor));
  }

  String path() {
    return path;
  }

  /// Opens it once more, to be read when this is closed.
  ///
  /// @param table its messages; those that the spool does not have, with the UIDs that are next
  /// @param spoolUids for each message the UID of the same in the spool, or 0
  /// @return null if its name names something else by now
  @Nullable LeftMail reopen(
      AccountOwner owner, MessageTable table, int[] spoolUids, MailboxLedger ledger)
      throws IOException {
    var files = environment.files();
    var stamp = files.stat(descriptor);
    TextDigest.Pieces pieces = this::octets;
    var ids = ledger.ids().ofLeft(table, ledger.uidValidity(), pieces);
    var opening = environment.safeOpen().openSpool(path, owner.identity(), environment.rules());
    if (!(opening instanceof SpoolOpening.Opened(int again, FileStat stat, var _))) {
      return null;
    }
    if (!stat.sameFile(stamp)) {
      files.close(again);
      return null;
    }
    return new LeftMail(environment, path, again, stamp, table, ids, spoolUids);
  }

  private byte[] octets(long at, int count) throws IOException {
    var octets = ByteBuffer.allocateDirect(count);
    WholeTransfers.read(environment.files(), descriptor, octets, at);
    var copy = new byte[count];
    octets.flip().get(copy);
    return copy;
  }

  int descriptor() {
    return descriptor;
  }

  /// Octets in it.
  public long octets() {
    return octets;
  }

  /// All of its mail is elsewhere, durably: empties it.
  ///
  /// The file stays, as popper leaves it: a session of popper that has opened it and waits to lock
  /// it would keep mail in a file without a name.
  void empty() throws IOException {
    environment.files().truncate(descriptor, 0);
    environment.files().sync(descriptor);
  }

  /// Gives it back.
  @Override
  public void close() {
    Replacement.quietly(() -> environment.files().close(descriptor));
  }
}
