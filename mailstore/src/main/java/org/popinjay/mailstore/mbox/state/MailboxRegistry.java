package org.popinjay.mailstore.mbox.state;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which mailboxes a user has and what must outlive each of them: the id that names its files, and
/// the last UIDVALIDITY that its name ever had. Also what mailboxes were chosen for a use, and a
/// renaming that is going on.
///
/// One small file, looked at at each question and replaced whole at each change. It also names the
/// uid of the user: what is found of another uid belonged to somebody who is gone, and the folder
/// is put aside. A damaged registry is put aside, too, and the user begins anew.
///
/// Thread-safe together with all others of the same user, by the lock they share.
public final class MailboxRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxRegistry.class);
  private static final String NAME = "registry";
  private static final long MAX_OCTETS = 16 << 20;

  private final FileCalls files;
  private final UserState directory;
  private final int userUid;
  private final RandomGenerator random;
  private final ReentrantLock lock;
  private final RegistryCache cache;

  public MailboxRegistry(
      FileCalls files,
      UserState directory,
      int userUid,
      RandomGenerator random,
      ReentrantLock lock,
      RegistryCache cache) {
    this.files = files;
    this.directory = directory;
    this.userUid = userUid;
    this.random = random;
    this.lock = lock;
    this.cache = cache;
  }

  /// What is remembered of a mailbox.
  ///
  /// @param id 128 random bits in hex; names its files and never another mailbox's
  /// @param lastUidValidity the last that the name had, 0 if none
  /// @param deletedOnDay days since 1970 when it was deleted; 0 for one that is there
  /// @param modSeqReserved no change has a greater mod-sequence, whatever its log may have said
  ///   before it was lost
  public record Entry(
      MailboxName name, String id, long lastUidValidity, long deletedOnDay, long modSeqReserved) {

    /// Of a mailbox that is there.
    Entry(MailboxName name, String id, long lastUidValidity) {
      this(name, id, lastUidValidity, 0, 0);
    }

    /// The same under another name.
    Entry named(MailboxName other) {
      return new Entry(other, id, lastUidValidity, deletedOnDay, modSeqReserved);
    }

    /// The same with mod-sequences up to one reserved.
    public Entry reserving(long modSeq) {
      return new Entry(name, id, lastUidValidity, deletedOnDay, Math.max(modSeq, modSeqReserved));
    }

    /// Whether only its last UIDVALIDITY is remembered.
    boolean isDeleted() {
      return deletedOnDay != 0;
    }

    /// The same with a UIDVALIDITY.
    public Entry with(UidValidity uidValidity) {
      return new Entry(name, id, uidValidity.value(), deletedOnDay, modSeqReserved);
    }

    /// The same after it was deleted.
    Entry deleted(Instant now) {
      return new Entry(name, id, lastUidValidity, Math.max(1, Register.day(now)), modSeqReserved);
    }
  }

  /// What a look-up came to.
  public sealed interface Lookup {
    /// The mailbox, as it is remembered.
    record Known(Entry entry) implements Lookup {}

    /// A mailbox that nothing is remembered of, but perhaps the last UIDVALIDITY of its name; its
    /// entry has a new id and is not stored yet.
    record Fresh(Entry entry) implements Lookup {}

    /// A newer program wrote the registry; it was not touched.
    record Newer(int version) implements Lookup {}
  }

  /// Looks a mailbox up.
  ///
  /// @throws PosixException when the disk fails or the folder is not the server's own: [UserState]
  public Lookup find(MailboxName name) throws PosixException {
    lock.lock();
    try {
      return switch (load()) {
        case RegistryFormat.Content.Newer(int version) -> new Lookup.Newer(version);
        case RegistryFormat.Content.Whole(Register register) -> {
          var entry = register.entries().get(name);
          yield entry == null || entry.isDeleted()
              ? new Lookup.Fresh(fresh(name, entry))
              : new Lookup.Known(entry);
        }
        case RegistryFormat.Content.Damaged _ -> new Lookup.Fresh(fresh(name, null));
      };
    } finally {
      lock.unlock();
    }
  }

  /// What the file says, whoever it is of. Changes nothing.
  public RegistryFormat.Content look() throws PosixException {
    return directory.exists() && stat() != null
        ? RegistryFormat.parse(octets())
        : new RegistryFormat.Content.Whole(Register.empty(userUid));
  }

  /// An entry of a mailbox that begins anew.
  public Entry fresh(MailboxName name, @Nullable Entry former) {
    var hex = HexFormat.of();
    return new Entry(
        name,
        hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()),
        former == null ? 0 : former.lastUidValidity());
  }

  /// All that it says.
  ///
  /// @throws PosixException `EPERM` when a newer program wrote it, or what the disk says
  public Register read() throws PosixException {
    lock.lock();
    try {
      return switch (load()) {
        case RegistryFormat.Content.Newer _ ->
            throw new PosixException("read", directory.file(NAME), Errno.EPERM);
        case RegistryFormat.Content.Whole(Register register) -> register;
        case RegistryFormat.Content.Damaged _ -> Register.empty(userUid);
      };
    } finally {
      lock.unlock();
    }
  }

  /// Changes it durably; one that does not change is not written.
  ///
  /// @throws PosixException as [#read]; nothing was changed then, or it is not known whether
  public Register change(UnaryOperator<Register> change) throws PosixException {
    lock.lock();
    try {
      var before = read();
      var after = change.apply(before);
      if (!after.equals(before)) {
        write(after);
      }
      return after;
    } finally {
      lock.unlock();
    }
  }

  /// Makes entries for mailboxes that have none, all in one change: who asks for the status of
  /// thousands of folders that were never looked at must not have the registry written for each.
  ///
  /// Each gets a UIDVALIDITY, which counts as used from now on, whether the mailbox begins with it
  /// ([#prepared]) or the server dies before that.
  ///
  /// @param reserved mod-sequences up to this one are reserved for them
  public void prepare(Collection<MailboxName> names, Instant now, long reserved)
      throws PosixException {
    var made = new ArrayList<Entry>();
    var _ =
        change(register -> {
          made.clear();
          var missing = names.stream().filter(name -> !register.has(name)).toList();
          if (missing.size() > 1) {
            made.addAll(begun(register, missing, now, reserved));
          }
          return register.with(made);
        });
    cache.prepared(made);
  }

  private List<Entry> begun(
      Register register, List<MailboxName> names, Instant now, long reserved) {
    var entries = new ArrayList<Entry>(names.size());
    var taken = register.uidValidities();
    long last = 0;
    for (var name : names) {
      var entry = fresh(name, register.entries().get(name)).reserving(reserved);
      last = Register.nextUidValidity(taken, Math.max(last, entry.lastUidValidity()), now);
      taken.add(last);
      entries.add(entry.with(new UidValidity(last)));
    }
    return entries;
  }

  /// The UIDVALIDITY that was written down for a mailbox which now begins, once; 0 if there is
  /// none.
  public long prepared(Entry entry) {
    return cache.take(entry.id()) == entry.lastUidValidity() ? entry.lastUidValidity() : 0;
  }

  /// Remembers an entry durably.
  public StateWrite store(Entry entry) {
    try {
      change(register -> register.with(entry));
      return StateWrite.WRITTEN;
    } catch (PosixException e) {
      return StateWrite.of(e);
    }
  }

  /// Reads the file; puts aside what cannot be used.
  private RegistryFormat.Content load() throws PosixException {
    var stat = directory.exists() ? stat() : null;
    if (stat == null) {
      return new RegistryFormat.Content.Whole(Register.empty(userUid));
    }
    var content = cache.get(directory.file(NAME), stat);
    if (content == null) {
      content = RegistryFormat.parse(octets());
      cache.put(directory.file(NAME), stat, content);
    }
    return usable(content);
  }

  private RegistryFormat.Content usable(RegistryFormat.Content content) throws PosixException {
    return switch (content) {
      case RegistryFormat.Content.Newer _ -> content;
      case RegistryFormat.Content.Damaged _ -> {
        var path = directory.file(NAME);
        LOG.warn("{} is damaged; it is kept as {}.damaged and begun anew", path, NAME);
        files.rename(path, path + ".damaged");
        yield content;
      }
      case RegistryFormat.Content.Whole(Register register) when register.uid() == userUid ->
          content;
      case RegistryFormat.Content.Whole(Register register) -> {
        directory.setAside(register.uid());
        yield new RegistryFormat.Content.Whole(Register.empty(userUid));
      }
    };
  }

  private @Nullable FileStat stat() throws PosixException {
    try {
      return files.stat(directory.file(NAME));
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private byte[] octets() throws PosixException {
    int descriptor = files.open(directory.file(NAME), READ | NO_FOLLOW | NON_BLOCKING, 0);
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

  private void write(Register register) throws PosixException {
    var octets = RegistryFormat.print(register);
    directory.make();
    try (var arena = Arena.ofConfined();
        var replacement = new Replacement(files, directory.path(), NAME)) {
      replacement.write(arena.allocate(octets.length).asByteBuffer().put(octets).flip());
      files.close(replacement.commitDurably());
    }
  }
}
