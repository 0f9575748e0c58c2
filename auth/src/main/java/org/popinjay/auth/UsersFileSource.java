package org.popinjay.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Users of a file ([UsersFile]).
///
/// The file is looked at again when it was not for a second, and read again when it changed; what
/// is in memory answers meanwhile. A file that cannot be read any more, or that others may read,
/// does not replace the users of the last good one.
public final class UsersFileSource implements UserSource {
  private static final Logger LOG = LoggerFactory.getLogger(UsersFileSource.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final int OCTETS_MAX = 64 << 20;
  private static final int FAULTS_SHOWN = 20;

  /// For a file without users: a hash of nobody's password, in the scheme that is made by default.
  private static final String NOBODYS =
      "{SHA512-CRYPT}$6$popinjay$"
          + "s052MWBJIwR1Ia/M5XZXLL9yJ3hb13z1ODmG/9J6W0eU1yolpxsBanNyXIrkBt0vgWjUCtKSNzry0OQI9rhxi/";

  private final String path;
  private final FileCalls calls;
  private final Accounts accounts;
  private final Identity own;
  private final Set<Scheme> weakAllowed;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Snapshot snapshot;
  private volatile long lookedAt;
  private String lastProblem = "";

  /// What was read, and of which file.
  ///
  /// @param forms in which everybody's own password is stored
  /// @param someForms in which somebody's is
  /// @param keys of SCRAM like those of most users
  /// @param settled whether the file was old enough that a later change cannot have the same times
  private record Snapshot(
      UsersFile file,
      PasswordHash decoy,
      Set<StoredForm> forms,
      Set<StoredForm> someForms,
      Map<ScramDigest, ScramHash> keys,
      FileStat stat,
      boolean settled,
      Map<String, Identity> identities) {}

  private UsersFileSource(
      String path,
      FileCalls calls,
      Accounts accounts,
      Set<Scheme> weakAllowed,
      InstantSource clock,
      LongSupplier nanoClock,
      Snapshot first) {
    this.path = path;
    this.calls = calls;
    this.accounts = accounts;
    this.own = Accounts.own();
    this.weakAllowed = weakAllowed;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.snapshot = first;
    this.lookedAt = nanoClock.getAsLong();
  }

  /// Reads the file for the first time.
  ///
  /// @param weakAllowed weak schemes that are believed all the same
  /// @param nanoClock as [System#nanoTime]
  /// @throws UserSourceException when the file cannot be read, or others may read or write it
  public static UsersFileSource open(
      Path file,
      FileCalls calls,
      Accounts accounts,
      Set<Scheme> weakAllowed,
      InstantSource clock,
      LongSupplier nanoClock)
      throws UserSourceException {
    var path = file.toString();
    try {
      var first = read(path, calls, weakAllowed, clock);
      report(path, first);
      return new UsersFileSource(
          path, calls, accounts, Set.copyOf(weakAllowed), clock, nanoClock, first);
    } catch (PosixException e) {
      throw new UserSourceException("users file cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Lookup find(String name) throws IOException {
    if (!isFresh()) {
      refresh();
    }
    var now = snapshot;
    var entry = now.file().users().get(name);
    if (entry == null) {
      return new Unknown();
    }
    return entry.closed().isPresent()
        ? new Closed(entry.closed().get())
        : new Found(user(now, entry), entry.passwords());
  }

  @Override
  public Optional<Lookup> findInMemory(String name) {
    var now = snapshot;
    if (!isFresh()) {
      return Optional.empty();
    }
    var entry = now.file().users().get(name);
    if (entry == null) {
      return Optional.of(new Unknown());
    }
    if (entry.closed().isPresent()) {
      return Optional.of(new Closed(entry.closed().get()));
    }
    return identityInMemory(now, entry)
        .map(identity -> new Found(record(entry, identity), entry.passwords()));
  }

  @Override
  public String name() {
    return "users.file " + path;
  }

  @Override
  public boolean serves(StoredForm form) {
    return snapshot.forms().contains(form);
  }

  @Override
  public boolean servesSome(StoredForm form) {
    return snapshot.someForms().contains(form);
  }

  @Override
  public Optional<ScramHash> typicalKeys(ScramDigest digest) {
    return Optional.ofNullable(snapshot.keys().get(digest));
  }

  @Override
  public PasswordHash decoy() {
    return snapshot.decoy();
  }

  /// Lines of the file that were skipped or not wholly understood, for `popinjay check`.
  public List<String> faults() {
    return snapshot.file().faults().stream().map(UsersFile.Fault::toString).toList();
  }

  private UserRecord user(Snapshot now, UsersFile.Entry entry) throws IOException {
    var known = identityInMemory(now, entry);
    return record(entry, known.isPresent() ? known.get() : identity(now, entry));
  }

  private static UserRecord record(UsersFile.Entry entry, Identity identity) {
    return new UserRecord(entry.name(), identity, entry.home());
  }

  private Optional<Identity> identityInMemory(Snapshot now, UsersFile.Entry entry) {
    return entry.owner().isEmpty()
        ? Optional.of(own)
        : Optional.ofNullable(now.identities().get(entry.name()));
  }

  /// Supplementary groups come from the system if the name is the same person there.
  private Identity identity(Snapshot now, UsersFile.Entry entry) throws IOException {
    var owner = entry.owner().orElseThrow();
    var groups =
        accounts
            .account(entry.name())
            .filter(account -> account.uid() == owner.uid())
            .map(account -> account.groups())
            .orElse(List.of());
    var identity = new Identity(owner.uid(), owner.gid(), groups);
    now.identities().put(entry.name(), identity);
    return identity;
  }

  private boolean isFresh() {
    return nanoClock.getAsLong() - lookedAt < FRESH_NANOS;
  }

  /// One thread looks, the others go on with what there is.
  private void refresh() {
    if (!reading.tryLock()) {
      return;
    }
    try {
      lookedAt = nanoClock.getAsLong();
      readIfChanged();
      lastProblem = "";
    } catch (PosixException | UserSourceException e) {
      var problem = String.valueOf(e.getMessage());
      if (!problem.equals(lastProblem)) {
        LOG.error("{} (the users read before stay)", problem);
        lastProblem = problem;
      }
    } finally {
      reading.unlock();
    }
  }

  private void readIfChanged() throws PosixException, UserSourceException {
    var before = snapshot;
    int descriptor = calls.open(path, OpenFlags.READ | OpenFlags.NON_BLOCKING, 0);
    FileStat stat;
    try {
      stat = calls.stat(descriptor);
    } finally {
      calls.close(descriptor);
    }
    if (before.settled() && isSame(stat, before.stat())) {
      return;
    }
    var fresh = read(path, calls, weakAllowed, clock);
    if (!isSame(fresh.stat(), before.stat())) {
      report(path, fresh);
      LOG.info("users file {} read again: {} users", path, fresh.file().users().size());
    }
    snapshot = fresh;
  }

  private static boolean isSame(FileStat a, FileStat b) {
    return a.sameFile(b)
        && a.size() == b.size()
        && a.modifiedNanos() == b.modifiedNanos()
        && a.changedNanos() == b.changedNanos();
  }

  private static Snapshot read(
      String path, FileCalls calls, Set<Scheme> weakAllowed, InstantSource clock)
      throws PosixException, UserSourceException {
    int descriptor = calls.open(path, OpenFlags.READ | OpenFlags.NON_BLOCKING, 0);
    try {
      var stat = calls.stat(descriptor);
      demandSafe(path, stat);
      var octets = octets(descriptor, stat, calls);
      var file = UsersFile.parse(octets, weakAllowed);
      Arrays.fill(octets, (byte) 0);
      var changed = Instant.ofEpochSecond(0, Math.max(stat.changedNanos(), stat.modifiedNanos()));
      return new Snapshot(
          file,
          file.typicalHash().orElseGet(() -> PasswordHash.parse(NOBODYS)),
          forms(file::serves),
          forms(file::servesSome),
          keys(file),
          stat,
          clock.instant().isAfter(changed.plus(SETTLED)),
          new ConcurrentHashMap<>());
    } finally {
      calls.close(descriptor);
    }
  }

  private static Set<StoredForm> forms(Predicate<StoredForm> stored) {
    return Arrays.stream(StoredForm.values())
        .filter(stored)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Map<ScramDigest, ScramHash> keys(UsersFile file) {
    var keys = new EnumMap<ScramDigest, ScramHash>(ScramDigest.class);
    for (var digest : ScramDigest.values()) {
      file.typicalKeys(digest).ifPresent(typical -> keys.put(digest, typical));
    }
    return keys;
  }

  private static void demandSafe(String path, FileStat stat) throws UserSourceException {
    if (stat.type() != FileStat.Type.REGULAR || stat.size() > OCTETS_MAX) {
      throw new UserSourceException("users file " + path + " is no regular file of at most 64 MiB");
    }
    if (stat.uid() != 0 && stat.uid() != Accounts.own().uid()) {
      throw new UserSourceException(
          "users file %s belongs to uid %s (expected root or the server's own user: chown it)"
              .formatted(path, Integer.toUnsignedString(stat.uid())));
    }
    if ((stat.permissions() & 0006) != 0) {
      throw new UserSourceException(
          "users file %s has mode %04o, so that everybody may read or write the passwords (chmod 640 %s)"
              .formatted(path, stat.permissions(), path));
    }
  }

  private static byte[] octets(int descriptor, FileStat stat, FileCalls calls)
      throws PosixException {
    var buffer = ByteBuffer.allocateDirect((int) stat.size());
    while (buffer.hasRemaining() && calls.read(descriptor, buffer, buffer.position()) > 0) {
      // the next piece
    }
    var octets = new byte[buffer.flip().remaining()];
    buffer.get(octets);
    for (buffer.clear(); buffer.hasRemaining(); ) {
      buffer.put((byte) 0);
    }
    return octets;
  }

  private static void report(String path, Snapshot read) {
    if ((read.stat().permissions() & 0137) != 0) {
      LOG.warn(
          "users file {} has mode {}, wider than it need be (chmod 640)",
          path,
          "%04o".formatted(read.stat().permissions()));
    }
    var faults = read.file().faults();
    faults.stream().limit(FAULTS_SHOWN).forEach(fault -> LOG.warn("users file {} {}", path, fault));
    if (faults.size() > FAULTS_SHOWN) {
      LOG.warn("users file {}: {} more lines", path, faults.size() - FAULTS_SHOWN);
    }
  }
}
