package org.popinjay.mailstore.mbox.append;

import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Where appends that are under way are written down: `.appends/` in the state folder, one file a
/// spool, named after its device and inode.
///
/// The file stays for the next append, emptied, until the mailbox is let go. Thread-safe; used for
/// one spool by one thread at a time.
public final class AppendIntents {
  private static final int OPEN = READ_WRITE | NO_FOLLOW | NON_BLOCKING;
  private static final int MAGIC_OCTETS = 8;

  private final FileCalls files;
  private final String folder;

  /// Files whose names are durable.
  private final Set<SpoolInode> named = ConcurrentHashMap.newKeySet();

  private AppendIntents(FileCalls files, String folder) {
    this.files = files;
    this.folder = folder;
  }

  /// Opens the folder at start, and makes it if it is missing.
  ///
  /// @param state the state folder, which must be there
  public static AppendIntents open(FileCalls files, String state) throws PosixException {
    var folder = state + "/.appends";
    try {
      files.makeDirectory(folder, 0700);
      Replacement.syncDirectory(files, state);
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
    return new AppendIntents(files, folder);
  }

  /// The folder as it is, to be looked at alone; it need not be there.
  public static AppendIntents look(FileCalls files, String state) {
    return new AppendIntents(files, state + "/.appends");
  }

  private String path(SpoolInode spool) {
    return "%s/%x-%x".formatted(folder, spool.device(), spool.inode());
  }

  /// Writes down durably what is about to be appended.
  public void begin(AppendIntent intent) throws PosixException {
    int descriptor = files.open(path(intent.spool()), OPEN | CREATE, 0600);
    try (var arena = Arena.ofConfined()) {
      WholeTransfers.write(files, descriptor, intent.print(arena), 0);
      files.syncData(descriptor);
    } finally {
      Replacement.quietly(() -> files.close(descriptor));
    }
    if (!named.contains(intent.spool())) {
      Replacement.syncDirectory(files, folder);
      named.add(intent.spool());
    }
  }

  /// Forgets what was written down, since it was done or undone. Need not be durable: the state log
  /// tells an append that was finished.
  public void end(SpoolInode spool) {
    Replacement.quietly(() -> {
      int descriptor = files.open(path(spool), OPEN, 0);
      try (var arena = Arena.ofConfined()) {
        WholeTransfers.write(files, descriptor, arena.allocate(MAGIC_OCTETS).asByteBuffer(), 0);
      } finally {
        files.close(descriptor);
      }
    });
  }

  /// The append to a spool that did not come to its end, or null.
  public @Nullable AppendIntent pending(SpoolInode spool) throws PosixException {
    return read(path(spool));
  }

  /// All appends that did not come to their end, for the start of the server; the files of others
  /// are removed.
  public List<AppendIntent> pending() throws PosixException {
    var pending = new ArrayList<AppendIntent>();
    for (var name : files.list(folder)) {
      var path = folder + "/" + name;
      var intent = read(path);
      if (intent != null) {
        pending.add(intent);
      } else {
        files.unlink(path);
      }
    }
    return pending;
  }

  private @Nullable AppendIntent read(String path) throws PosixException {
    int descriptor;
    try {
      descriptor = files.open(path, OPEN, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      ByteBuffer all = arena.allocate(files.stat(descriptor).size()).asByteBuffer();
      WholeTransfers.readUpToEnd(files, descriptor, all, 0);
      return AppendIntent.parse(all.flip());
    } finally {
      Replacement.quietly(() -> files.close(descriptor));
    }
  }

  /// Removes the file of a spool that is let go.
  public void release(SpoolInode spool) {
    if (named.remove(spool)) {
      Replacement.quietly(() -> {
        if (pending(spool) == null) {
          files.unlink(path(spool));
        }
      });
    }
  }
}
