package org.popinjay.posix;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The one way to open what users own.
///
/// With `mail.identity: user` the kernel refuses as well; with `process` these checks are the only
/// barrier between a user and the spool of another. All of them are made on the open descriptor,
/// and nothing is ever mended here: a spool that is not in order is an operator's business.
public final class SafeOpen {
  private static final int SAFE = OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING;
  private static final int DIRECTORY_FLAGS =
      OpenFlags.READ | OpenFlags.DIRECTORY | OpenFlags.NO_FOLLOW;
  private static final int ATTEMPTS = 3;
  private static final long PAUSE_NANOS = 10_000_000;

  private final FileCalls calls;
  private final UserIdentity identity;

  /// Opens through these calls and under these identities.
  public SafeOpen(FileCalls calls, UserIdentity identity) {
    this.calls = calls;
    this.identity = identity;
  }

  /// Opens a spool for reading and writing under its owner's identity, or for reading alone where
  /// its mode or its file system allows no more.
  ///
  /// A delivery agent that makes a spool gives it two names for a moment, and a rewriter that
  /// replaces one lets the name move on between two calls. Both are looked at again a little later,
  /// twice, before they count.
  ///
  /// @throws IOException when the machine is at fault: no descriptors, a failing disk
  public SpoolOpening openSpool(String path, Identity owner, SpoolRules rules) throws IOException {
    return opened(owner, () -> attempt(new Whole(path), owner, rules));
  }

  /// As [#openSpool], for a file below a folder: no part of the way down is a symbolic link.
  ///
  /// @param file its path from there, without `.` or `..`
  public SpoolOpening openBelow(String folder, String file, Identity owner, SpoolRules rules)
      throws IOException {
    return opened(owner, () -> attemptBelow(folder, file, owner, rules));
  }

  private SpoolOpening opened(Identity owner, UserIdentity.Task<Attempt> task) throws IOException {
    for (int attempt = 1; ; attempt++) {
      var attempted = identity.as(owner, task);
      if (!attempted.mayPass() || attempt == ATTEMPTS) {
        return attempted.opening();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// One look.
  ///
  /// @param mayPass whether what is wrong may be a passing state
  private record Attempt(SpoolOpening opening, boolean mayPass) {
    static Attempt refused(String path, String fault) {
      return new Attempt(new SpoolOpening.Refused(path + ": " + fault), false);
    }
  }

  /// A way to a file.
  private interface Way {
    int open(int flags) throws PosixException;

    FileStat stat() throws PosixException;

    String path();
  }

  private final class Whole implements Way {
    private final String path;

    Whole(String path) {
      this.path = path;
    }

    @Override
    public int open(int flags) throws PosixException {
      return calls.open(path, flags, 0);
    }

    @Override
    public FileStat stat() throws PosixException {
      return calls.stat(path);
    }

    @Override
    public String path() {
      return path;
    }
  }

  private final class LastStep implements Way {
    private final int directory;
    private final String name;
    private final String path;

    LastStep(int directory, String name, String path) {
      this.directory = directory;
      this.name = name;
      this.path = path;
    }

    @Override
    public int open(int flags) throws PosixException {
      return calls.openAt(directory, name, flags, 0);
    }

    @Override
    public FileStat stat() throws PosixException {
      return calls.statAt(directory, name);
    }

    @Override
    public String path() {
      return path;
    }
  }

  /// The names that slashes divide a path into; some may be empty.
  public static List<String> steps(String path) {
    var steps = new ArrayList<String>();
    int from = 0;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
      steps.add(path.substring(from, slash));
      from = slash + 1;
    }
    steps.add(path.substring(from));
    return List.copyOf(steps);
  }

  private Attempt attemptBelow(String folder, String file, Identity owner, SpoolRules rules)
      throws IOException {
    var path = folder + "/" + file;
    var steps = steps(file);
    int directory;
    try {
      directory = calls.open(folder, DIRECTORY_FLAGS, 0);
    } catch (PosixException e) {
      return notOpened(new Whole(path), e);
    }
    try {
      for (var step : steps.subList(0, steps.size() - 1)) {
        int next;
        try {
          next = calls.openAt(directory, step, DIRECTORY_FLAGS, 0);
        } catch (PosixException e) {
          return notOpened(new LastStep(directory, step, path), e);
        }
        calls.close(directory);
        directory = next;
      }
      return attempt(new LastStep(directory, steps.getLast(), path), owner, rules);
    } finally {
      calls.close(directory);
    }
  }

  private Attempt attempt(Way way, Identity owner, SpoolRules rules) throws IOException {
    int descriptor;
    try {
      descriptor = way.open(SAFE | OpenFlags.READ_WRITE);
    } catch (PosixException e) {
      return switch (e.errno()) {
        case EACCES, EPERM, EROFS -> attemptToRead(way, owner, rules);
        default -> notOpened(way, e);
      };
    }
    return judged(way, descriptor, true, owner, rules);
  }

  private Attempt attemptToRead(Way way, Identity owner, SpoolRules rules) throws IOException {
    int descriptor;
    try {
      descriptor = way.open(SAFE | OpenFlags.READ);
    } catch (PosixException e) {
      return notOpened(way, e);
    }
    return judged(way, descriptor, false, owner, rules);
  }

  private Attempt judged(
      Way way, int descriptor, boolean writable, Identity owner, SpoolRules rules)
      throws IOException {
    boolean keep = false;
    try {
      var attempt = judge(way, descriptor, writable, owner, rules);
      keep = attempt.opening() instanceof SpoolOpening.Opened;
      return attempt;
    } finally {
      if (!keep) {
        calls.close(descriptor);
      }
    }
  }

  private Attempt notOpened(Way way, PosixException e) throws PosixException {
    var path = way.path();
    return switch (e.errno()) {
      case ENOENT -> new Attempt(new SpoolOpening.Missing(), false);
      case ELOOP -> Attempt.refused(path, "is a symbolic link, or lies behind a loop of them");
      case EISDIR -> Attempt.refused(path, "is a directory");
      case ENXIO -> Attempt.refused(path, "is a socket or a device");
      case ENOTDIR -> Attempt.refused(path, "lies below something that is no directory");
      case EACCES, EPERM -> Attempt.refused(path, "may not be opened" + lookedAt(way));
      default -> throw e;
    };
  }

  private static String lookedAt(Way way) {
    try {
      return describe(way.stat());
    } catch (PosixException e) {
      return " (" + e.getMessage() + ")";
    }
  }

  private Attempt judge(Way way, int descriptor, boolean writable, Identity owner, SpoolRules rules)
      throws PosixException {
    var path = way.path();
    var open = calls.stat(descriptor);
    var fault = fault(open, owner, rules);
    if (fault.isPresent()) {
      return Attempt.refused(path, fault.get() + describe(open));
    }
    if (!isStillNamed(way, open)) {
      return new Attempt(
          new SpoolOpening.Refused(path + ": keeps being replaced" + describe(open)), true);
    }
    if (open.links() != 1) {
      return new Attempt(
          new SpoolOpening.Refused(
              path + ": has " + open.links() + " names (expected 1)" + describe(open)),
          true);
    }
    return new Attempt(new SpoolOpening.Opened(descriptor, open, writable), false);
  }

  private static boolean isStillNamed(Way way, FileStat open) throws PosixException {
    try {
      return way.stat().sameFile(open);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  private static Optional<String> fault(FileStat stat, Identity owner, SpoolRules rules) {
    if (stat.type() != FileStat.Type.REGULAR) {
      return Optional.of("is no regular file");
    }
    if (stat.uid() != owner.uid() && !(rules.rootOwnedAllowed() && stat.uid() == 0)) {
      return Optional.of(
          "belongs to another user (expected uid " + Integer.toUnsignedString(owner.uid()) + ")");
    }
    if ((stat.permissions() & 0002) != 0) {
      return Optional.of("is writable by everybody");
    }
    if ((stat.permissions() & 0020) != 0
        && !(rules.spoolGroup().isPresent() && rules.spoolGroup().getAsInt() == stat.gid())) {
      return Optional.of("is writable by a group that is not the spool group");
    }
    if (stat.size() > rules.sizeMax()) {
      return Optional.of("is too large (expected at most " + rules.sizeMax() + " octets)");
    }
    return Optional.empty();
  }

  /// What is wrong with a directory that holds spools, if anything.
  ///
  /// Owned by root or by this process, and sticky if everybody may write there: or one user could
  /// put a spool of his own in another's place. The path itself may be a symbolic link, as
  /// `/var/spool/mail` often is.
  public Optional<String> spoolDirectoryFault(String directory) throws IOException {
    int descriptor;
    try {
      descriptor = calls.open(directory, OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    } catch (PosixException e) {
      return Optional.of(directory + ": cannot be opened: " + e.errno());
    }
    try {
      var stat = calls.stat(descriptor);
      int own = Accounts.own().uid();
      if (stat.uid() != 0 && stat.uid() != own) {
        return Optional.of(
            directory
                + ": belongs to another user (expected root or uid "
                + Integer.toUnsignedString(own)
                + ")"
                + describe(stat));
      }
      if ((stat.permissions() & 01002) == 0002) {
        return Optional.of(
            directory + ": is writable by everybody and not sticky (chmod +t)" + describe(stat));
      }
      return Optional.empty();
    } finally {
      calls.close(descriptor);
    }
  }

  private static String describe(FileStat stat) {
    return " (%s, mode %04o, %d links, uid %s, gid %s, %d octets)"
        .formatted(
            stat.type().name().toLowerCase(java.util.Locale.ROOT),
            stat.permissions(),
            stat.links(),
            Integer.toUnsignedString(stat.uid()),
            Integer.toUnsignedString(stat.gid()),
            stat.size());
  }
}
