package org.popinjay.mailstore.mbox;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which mailboxes a user has and what must outlive each of them: the id that names its files, and
/// the last UIDVALIDITY that its name ever had.
///
/// One small file, read at each question and replaced whole at each change. It also names the uid
/// of the user: what is found of another uid belonged to somebody who is gone, and the folder is
/// put aside. A damaged registry is put aside, too, and the user begins anew.
///
/// Thread-safe together with all others of the same user, by the lock they share.
final class MailboxRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxRegistry.class);
  private static final String NAME = "registry";
  private static final long MAX_OCTETS = 16 << 20;
  private static final long MAX_UID_VALIDITY = 0xFFFF_FFFFL;

  private final FileCalls files;
  private final UserState directory;
  private final int userUid;
  private final RandomGenerator random;
  private final ReentrantLock lock;

  MailboxRegistry(
      FileCalls files,
      UserState directory,
      int userUid,
      RandomGenerator random,
      ReentrantLock lock) {
    this.files = files;
    this.directory = directory;
    this.userUid = userUid;
    this.random = random;
    this.lock = lock;
  }

  /// What is remembered of a mailbox.
  ///
  /// @param id 128 random bits in hex; names its files and never another mailbox's
  /// @param lastUidValidity the last that the name had, 0 if none
  record Entry(MailboxName name, String id, long lastUidValidity) {

    /// The same with a UIDVALIDITY greater than any before: the seconds of now, or one more than
    /// the last (RFC 9051, section 6.3.4). Should the last be the greatest there is, which only a
    /// foreign program can have brought about, being another one must do.
    Entry renewed(Instant now) {
      long seconds = Math.clamp(now.getEpochSecond(), 1, MAX_UID_VALIDITY);
      long next = Math.max(seconds, lastUidValidity + 1);
      return with(new UidValidity(next > MAX_UID_VALIDITY ? seconds : next));
    }

    /// The same with a UIDVALIDITY that is known from elsewhere.
    Entry with(UidValidity uidValidity) {
      return new Entry(name, id, uidValidity.value());
    }
  }

  /// What a look-up came to.
  sealed interface Lookup {
    /// The mailbox, as it is remembered.
    record Known(Entry entry) implements Lookup {}

    /// A mailbox that nothing is remembered of; its entry has a new id, is not stored yet and has
    /// no UIDVALIDITY.
    record Fresh(Entry entry) implements Lookup {}

    /// A newer program wrote the registry; it was not touched.
    record Newer(int version) implements Lookup {}
  }

  /// Looks a mailbox up.
  ///
  /// @throws PosixException when the disk fails or the folder is not the server's own: [UserState]
  Lookup find(MailboxName name) throws PosixException {
    lock.lock();
    try {
      return switch (load()) {
        case RegistryFormat.Content.Newer(int version) -> new Lookup.Newer(version);
        case RegistryFormat.Content.Entries(_, var entries) -> {
          var entry = entries.get(name);
          yield entry == null ? new Lookup.Fresh(fresh(name)) : new Lookup.Known(entry);
        }
        case RegistryFormat.Content.Damaged _ -> new Lookup.Fresh(fresh(name));
      };
    } finally {
      lock.unlock();
    }
  }

  private Entry fresh(MailboxName name) {
    var hex = HexFormat.of();
    return new Entry(
        name, hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()), 0);
  }

  /// Remembers an entry durably.
  StateWrite store(Entry entry) {
    lock.lock();
    try {
      var entries = new LinkedHashMap<MailboxName, Entry>();
      switch (load()) {
        case RegistryFormat.Content.Newer _ ->
            throw new PosixException("write", directory.file(NAME), Errno.EPERM);
        case RegistryFormat.Content.Entries(_, var known) -> entries.putAll(known);
        case RegistryFormat.Content.Damaged _ -> {}
      }
      entries.put(entry.name(), entry);
      write(entries);
      return StateWrite.WRITTEN;
    } catch (PosixException e) {
      return StateWrite.of(e);
    } finally {
      lock.unlock();
    }
  }

  /// Reads the file; puts aside what cannot be used.
  private RegistryFormat.Content load() throws PosixException {
    var octets = directory.exists() ? read() : null;
    if (octets == null) {
      return new RegistryFormat.Content.Entries(userUid, Map.of());
    }
    var content = RegistryFormat.parse(octets);
    return switch (content) {
      case RegistryFormat.Content.Newer _ -> content;
      case RegistryFormat.Content.Damaged _ -> {
        var path = directory.file(NAME);
        LOG.warn("{} is damaged; it is kept as {}.damaged and begun anew", path, NAME);
        files.rename(path, path + ".damaged");
        yield content;
      }
      case RegistryFormat.Content.Entries(int uid, _) when uid == userUid -> content;
      case RegistryFormat.Content.Entries(int uid, _) -> {
        directory.setAside(uid);
        yield new RegistryFormat.Content.Entries(userUid, Map.of());
      }
    };
  }

  private byte @Nullable [] read() throws PosixException {
    int descriptor;
    try {
      descriptor = files.open(directory.file(NAME), READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      long size = Math.min(files.stat(descriptor).size(), MAX_OCTETS);
      var buffer = arena.allocate(size).asByteBuffer();
      Replacement.readFully(files, descriptor, buffer, 0);
      var octets = new byte[buffer.flip().remaining()];
      buffer.get(octets);
      return octets;
    } finally {
      Replacement.quietly(() -> files.close(descriptor));
    }
  }

  private void write(Map<MailboxName, Entry> entries) throws PosixException {
    var octets = RegistryFormat.print(userUid, entries);
    directory.make();
    try (var arena = Arena.ofConfined();
        var replacement = new Replacement(files, directory.path(), NAME)) {
      replacement.write(arena.allocate(octets.length).asByteBuffer().put(octets).flip());
      files.close(replacement.commitDurably());
    }
  }
}
