package org.popinjay.mailstore.mbox.state;

import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.EXCLUSIVE;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreStartException.Reason;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder that holds what the server must remember of all users' mailboxes (`mail.state`).
///
/// ```
/// .lock       held while a server runs: two at once would give the same UIDs twice
/// .journals/  rewrites that a crash may have interrupted
/// .appends/   appends that a crash may have interrupted
/// .scratch/   emptied at start
/// .reserve    written-out octets for the journal of a full disk
/// .aside/     state of users who are gone
/// .bulletins  UIDs of the mailbox of bulletins
/// .boards/    as for a user, of the boards that all share
/// USER/       registry, one log and one cache a mailbox
/// ```
///
/// Belongs to the server alone, mode 0700. It may lie below a folder that everybody may write to,
/// as long as that is sticky. Thread-safe.
public final class StateDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);

  /// Whose the state of boards is: the name of no user.
  public static final String BOARDS = ".boards";

  private static final int OWN_FOLDER = 0700;
  private static final int OWN_FILE = 0600;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int STICKY = 01000;
  private static final int REGISTRY_LOCKS = 64;

  private final FileCalls files;
  private final String path;
  private final ReentrantLock[] registryLocks = new ReentrantLock[REGISTRY_LOCKS];
  private final RegistryCache registries = new RegistryCache();
  private final int serverUid;
  private final int lock;
  private OptionalInt previousServer = OptionalInt.empty();

  private StateDirectory(FileCalls files, String path) throws StoreStartException {
    this.files = files;
    this.path = path;
    for (int i = 0; i < REGISTRY_LOCKS; i++) {
      registryLocks[i] = new ReentrantLock();
    }
    make(path);
    serverUid = checkOwner();
    lock = lock();
    boolean done = false;
    try {
      make(scratch());
      makeDurable();
      emptyScratch();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /// Makes what is missing, takes the folder for this process and empties its scratch folder.
  ///
  /// @param path of the folder; its parent must be there
  /// @throws StoreStartException when another server uses it, when it is not the server's own, or
  ///   when something cannot be made; the message says what to do
  public static StateDirectory open(FileCalls files, String path) throws StoreStartException {
    return new StateDirectory(files, withoutSlash(path));
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /// Where files lie that no restart needs.
  public String scratch() {
    return path + "/.scratch";
  }

  /// Path of the folder.
  public String path() {
    return path;
  }

  /// Process number of the server that used this folder before, which is dead: it would hold the
  /// lock otherwise.
  public OptionalInt previousServer() {
    return previousServer;
  }

  /// The folder of a user; it need not be there.
  ///
  /// @param name must be fit to be a file name and not begin with a dot, unless it is [#BOARDS]
  public UserState user(String name) {
    boolean hidden = name.startsWith(".") && !name.equals(BOARDS);
    if (name.isEmpty() || hidden || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
      throw new IllegalArgumentException("user name unfit for a file name: " + name);
    }
    return new UserState(files, path, name, serverUid);
  }

  /// The registry of a user's mailboxes.
  ///
  /// @param userUid whose mail it is; state of another uid is put aside
  public MailboxRegistry registry(String name, int userUid, RandomGenerator random) {
    var userLock = registryLocks[Math.floorMod(name.hashCode(), REGISTRY_LOCKS)];
    return new MailboxRegistry(files, user(name), userUid, random, userLock, registries);
  }

  private void make(String folder) throws StoreStartException {
    if (!isThere(folder)) {
      try {
        files.makeDirectory(folder, OWN_FOLDER);
      } catch (PosixException e) {
        throw refused("cannot make the state folder", e);
      }
    }
  }

  /// Whether a folder is there; refuses everything else of that name.
  private boolean isThere(String folder) throws StoreStartException {
    try {
      return switch (files.stat(folder).type()) {
        case DIRECTORY -> true;
        case SYMLINK ->
            throw new StoreStartException(
                Reason.NO_PERMISSION,
                folder + " is a symbolic link; name the folder itself in mail.state");
        case REGULAR, OTHER ->
            throw new StoreStartException(
                Reason.CANNOT_CREATE, folder + " is no folder; move it away");
      };
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw refused("cannot look at the state folder", e);
    }
  }

  /// Refuses a folder that somebody else owns or may write to, and returns who we are.
  private int checkOwner() throws StoreStartException {
    try {
      var above = files.stat(above());
      var stat = files.stat(path);
      if ((above.permissions() & 002) != 0 && (above.permissions() & STICKY) == 0) {
        throw new StoreStartException(
            Reason.NO_PERMISSION,
            "everybody may rename " + path + ": take the right to write from the folder above");
      }
      int mine = ownUid(stat);
      if (stat.uid() != mine) {
        throw new StoreStartException(
            Reason.NO_PERMISSION,
            "%s belongs to uid %s and not to the server's uid %s: chown it or name another"
                .formatted(
                    path, Integer.toUnsignedString(stat.uid()), Integer.toUnsignedString(mine)));
      }
      if ((stat.permissions() & STICKY) != 0 && (stat.permissions() & WRITABLE_BY_OTHERS) != 0) {
        LOG.warn("others may make files in {}: chmod it to 0700", path);
      } else if ((stat.permissions() & WRITABLE_BY_OTHERS) != 0) {
        throw new StoreStartException(
            Reason.NO_PERMISSION, "others may write to " + path + ": chmod it to 0700");
      }
      return mine;
    } catch (PosixException e) {
      throw refused("cannot use the state folder", e);
    }
  }

  /// The folder above, where a symbolic link may lead to.
  private String above() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : path.substring(0, slash) + "/.";
  }

  /// Who owns what this process makes. On a disk without room for one more name the folder's owner
  /// is believed.
  private int ownUid(FileStat folder) throws PosixException {
    var probe = path + "/.probe-" + ProcessHandle.current().pid();
    Replacement.quietly(() -> files.unlink(probe));
    try {
      int descriptor = files.open(probe, READ_WRITE | CREATE | EXCLUSIVE | NO_FOLLOW, OWN_FILE);
      try {
        return files.stat(descriptor).uid();
      } finally {
        files.close(descriptor);
        files.unlink(probe);
      }
    } catch (PosixException e) {
      if (StateWrite.of(e) instanceof StateWrite.Full) {
        return folder.uid();
      }
      throw e;
    }
  }

  private int lock() throws StoreStartException {
    var name = path + "/.lock";
    try {
      while (true) {
        int descriptor = files.open(name, READ_WRITE | CREATE | NO_FOLLOW | NON_BLOCKING, OWN_FILE);
        boolean kept = false;
        try {
          if (!files.tryLock(descriptor, true)) {
            throw inUse(descriptor);
          }
          kept = files.stat(name).sameFile(files.stat(descriptor));
          if (kept) {
            previousServer = readProcessId(descriptor);
            writeProcessId(descriptor);
            return descriptor;
          }
        } finally {
          if (!kept) {
            Replacement.quietly(() -> files.close(descriptor));
          }
        }
      }
    } catch (PosixException e) {
      throw refused("cannot lock the state folder", e);
    }
  }

  private StoreStartException inUse(int descriptor) throws PosixException {
    var holder = readProcessId(descriptor);
    return new StoreStartException(
        Reason.IN_USE,
        path
            + " is in use by another server"
            + (holder.isPresent() ? ", process " + holder.getAsInt() : "")
            + ": stop that one or give this one a mail.state of its own");
  }

  private void writeProcessId(int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var octets = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      var buffer = arena.allocate(octets.length).asByteBuffer().put(octets).flip();
      Replacement.quietly(() -> {
        files.truncate(descriptor, 0);
        Replacement.writeFully(files, descriptor, buffer, 0);
      });
    }
  }

  private OptionalInt readProcessId(int descriptor) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(20).asByteBuffer();
      Replacement.readFully(files, descriptor, buffer, 0);
      var text = StandardCharsets.US_ASCII.decode(buffer.flip()).toString().strip();
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /// What is written into a folder is only as durable as the folder's name.
  private void makeDurable() throws StoreStartException {
    try {
      Replacement.syncDirectory(files, path);
    } catch (PosixException e) {
      throw refused("cannot make the state folder durable", e);
    }
    // The one above may be somebody's whom we cannot read.
    Replacement.quietly(() -> Replacement.syncDirectory(files, above()));
  }

  private void emptyScratch() throws StoreStartException {
    try {
      for (var name : files.list(scratch())) {
        remove(scratch() + "/" + name);
      }
    } catch (PosixException e) {
      throw refused("cannot empty the scratch folder", e);
    }
  }

  private void remove(String leftover) throws PosixException {
    if (files.stat(leftover).type() == FileStat.Type.DIRECTORY) {
      for (var name : files.list(leftover)) {
        remove(leftover + "/" + name);
      }
      files.removeDirectory(leftover);
    } else {
      files.unlink(leftover);
    }
  }

  private StoreStartException refused(String what, PosixException e) {
    return switch (e.errno()) {
      case EACCES, EPERM, EROFS, ELOOP ->
          new StoreStartException(
              Reason.NO_PERMISSION,
              what + ": " + e.getMessage() + "; it must belong to the server, mode 0700");
      case ENOENT, ENOTDIR ->
          new StoreStartException(
              Reason.CANNOT_CREATE,
              what + ": " + e.getMessage() + "; make the folder above it first");
      default -> new StoreStartException(Reason.CANNOT_CREATE, what + ": " + e.getMessage());
    };
  }

  /// Lets the next server in.
  @Override
  public void close() {
    Replacement.quietly(() -> files.close(lock));
  }
}
