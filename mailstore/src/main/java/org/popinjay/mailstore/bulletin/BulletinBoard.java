package org.popinjay.mailstore.bulletin;

import static org.popinjay.posix.OpenFlags.DIRECTORY;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Escape;
import org.popinjay.posix.DirectoryEntry;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of bulletins. As long as it is not changed, a look at it is one call.
///
/// The folder and each file must belong to root or to the server, and nobody else may write to
/// them: whoever can, speaks to every user with the operator's voice. What is wrong is logged once
/// each time that it becomes so. Thread-safe; blocks on the disk.
public final class BulletinBoard {
  private static final Logger LOG = LoggerFactory.getLogger(BulletinBoard.class);

  /// Octets of a bulletin at most.
  static final int LARGEST_OCTETS = 1 << 20;

  private static final int FOLDER = READ | DIRECTORY | NO_FOLLOW;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int MOST_TOLD = 1_000;

  /// A folder changed so lately may change again and have the same times.
  private static final long RACY_NANOS = 2_000_000_000L;

  private final FileCalls files;
  private final String folder;
  private final InstantSource clock;
  private final int serverUid;
  private final BulletinEvents events;
  private final BulletinNames names;
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private volatile @Nullable Snapshot snapshot;

  private record Snapshot(FileStat of, boolean racy, List<Bulletin> bulletins) {
    boolean isOf(FileStat now) {
      return !racy
          && of.sameFile(now)
          && of.modifiedNanos() == now.modifiedNanos()
          && of.changedNanos() == now.changedNanos();
    }
  }

  /// @param groups numbers of Unix groups if names of files tell whom bulletins are for
  /// @param serverUid who besides root may own them
  public BulletinBoard(
      FileCalls files,
      String folder,
      Optional<GroupNumbers> groups,
      InstantSource clock,
      int serverUid,
      BulletinEvents events) {
    this.files = files;
    this.folder = folder;
    this.clock = clock;
    this.serverUid = serverUid;
    this.events = events;
    names =
        new BulletinNames(groups.isPresent(), groups.orElse(_ -> OptionalInt.empty()), this::fault);
  }

  /// Why a folder would not be used, for who wants to know before; empty where it would be.
  ///
  /// @param serverUid who besides root may own it
  public static Optional<String> refusal(FileCalls files, String folder, int serverUid) {
    try {
      int descriptor = files.open(folder, FOLDER, 0);
      try {
        return Optional.ofNullable(wrong(files.stat(descriptor), serverUid));
      } finally {
        files.close(descriptor);
      }
    } catch (PosixException e) {
      return Optional.of(
          switch (e.errno()) {
            case ENOENT -> "no such folder";
            case ENOTDIR, ELOOP ->
                "no folder of its own: a file, or a symbolic link, which is not followed";
            default -> "cannot be opened: " + e.errno();
          });
    }
  }

  /// All that somebody is to get, ascending by number.
  ///
  /// @return null while the folder cannot be used
  public @Nullable List<Bulletin> of(Identity reader) {
    var all = list();
    return all == null || all.stream().allMatch(each -> each.isFor(reader))
        ? all
        : all.stream().filter(each -> each.isFor(reader)).toList();
  }

  /// All there are, ascending by number; the same list as long as the folder is as it was.
  ///
  /// @return null while the folder cannot be used
  public @Nullable List<Bulletin> list() {
    try {
      var known = snapshot;
      return known != null && known.isOf(files.stat(folder)) ? known.bulletins : scan();
    } catch (IOException e) {
      fault("", "cannot be looked at: " + e.getMessage());
      return null;
    }
  }

  private synchronized @Nullable List<Bulletin> scan() throws IOException {
    int descriptor = files.open(folder, FOLDER, 0);
    try {
      var stat = files.stat(descriptor);
      var wrong = wrong(stat, serverUid);
      if (wrong != null) {
        fault("", wrong);
        return null;
      }
      told.remove("");
      var entries = files.list(descriptor).stream().map(DirectoryEntry::name).toList();
      var bulletins = names.read(entries);
      snapshot = new Snapshot(stat, isRacy(stat), bulletins);
      return bulletins;
    } finally {
      files.close(descriptor);
    }
  }

  private boolean isRacy(FileStat stat) {
    Instant now = clock.instant();
    long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    return nanos - stat.changedNanos() < RACY_NANOS;
  }

  /// Reads a bulletin.
  ///
  /// @return null if it must not be shown or cannot be read
  public byte @Nullable [] read(Bulletin bulletin) {
    try {
      int directory = files.open(folder, FOLDER, 0);
      try {
        int descriptor =
            files.openAt(directory, bulletin.fileName(), READ | NO_FOLLOW | NON_BLOCKING, 0);
        try {
          return read(bulletin, descriptor);
        } finally {
          files.close(descriptor);
        }
      } finally {
        files.close(directory);
      }
    } catch (PosixException e) {
      refuse(bulletin, "cannot be read: " + e.errno());
      return null;
    }
  }

  private byte @Nullable [] read(Bulletin bulletin, int descriptor) throws PosixException {
    var stat = files.stat(descriptor);
    var wrong =
        stat.type() != FileStat.Type.REGULAR ? "is no regular file" : wrong(stat, serverUid);
    if (wrong == null && stat.size() > LARGEST_OCTETS) {
      wrong = "has more than " + LARGEST_OCTETS + " octets";
    }
    if (wrong != null) {
      refuse(bulletin, wrong);
      return null;
    }
    try (var arena = Arena.ofConfined()) {
      var into = arena.allocate(Math.max(1, stat.size())).asByteBuffer();
      int count = 1;
      for (long at = 0; count > 0 && into.hasRemaining(); at += count) {
        count = files.read(descriptor, into, at);
      }
      var octets = new byte[into.position()];
      into.flip().get(octets);
      return octets;
    }
  }

  private static @Nullable String wrong(FileStat stat, int serverUid) {
    if (stat.uid() != 0 && stat.uid() != serverUid) {
      return "belongs to uid %s and not to root or the server"
          .formatted(Integer.toUnsignedString(stat.uid()));
    }
    return (stat.permissions() & WRITABLE_BY_OTHERS) == 0
        ? null
        : "may be written to by its group or by everybody";
  }

  /// Says that a bulletin must not be shown, and with it none that comes after it.
  public void refuse(Bulletin bulletin, String why) {
    fault(bulletin.fileName(), why + "; bulletins from " + bulletin.number() + " on wait");
  }

  private void fault(String name, String words) {
    events.fault();
    if (told.size() > MOST_TOLD) {
      told.clear();
    }
    if (!words.equals(told.put(name, words))) {
      var path = name.isEmpty() ? folder : folder + "/" + Escape.text(name);
      LOG.warn("bulletins: {} {}", path, words);
    }
  }
}
