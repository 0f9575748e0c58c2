package org.popinjay.mailstore.lock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.UserIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes dotlocks, and removes those that dead programs left behind.
///
/// A lock is a second name of a file made under an unpredictable one: link(2) either gives it that
/// name or finds the name taken, also over NFS, where exclusive creation may not be trusted.
final class DotLockMaker {
  private static final Logger LOG = LoggerFactory.getLogger(DotLockMaker.class);
  private static final int CONTENT_OCTETS_MAX = 64;
  private static final int HOST_CHARACTERS_MAX = 64;

  private final FileCalls files;
  private final UserIdentity runner;
  private final RandomGenerator random;
  private final LockPlan plan;
  private final String host = fileNamePart(Posix.hostName());
  private final long pid = Posix.processId();
  private final ByteBuffer content;

  DotLockMaker(FileCalls files, UserIdentity runner, RandomGenerator random, LockPlan plan) {
    this.files = files;
    this.runner = runner;
    this.random = random;
    this.plan = plan;
    byte[] text = (pid + "\n").getBytes(StandardCharsets.US_ASCII);
    content = ByteBuffer.allocateDirect(text.length).put(text).flip();
  }

  /// Asks once for the dotlock of a spool. Does not wait.
  Attempt attempt(SpoolTarget target) throws IOException {
    return runner.as(target.identity(), () -> make(target));
  }

  private Attempt make(SpoolTarget target) throws IOException {
    String lock = target.path() + ".lock";
    String hitch = uniqueBeside(target.path());
    int descriptor;
    try {
      descriptor =
          files.open(
              hitch,
              OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NO_FOLLOW,
              0600);
    } catch (PosixException e) {
      return new Attempt.Impossible(e);
    }
    boolean ours = false;
    try {
      writeContent(descriptor);
      PosixException refused = link(hitch, lock);
      FileStat made = files.stat(descriptor);
      ours = made.links() == 2;
      if (ours) {
        return new Attempt.Got(
            new DotLock(files, runner, target.identity(), lock, descriptor, made));
      }
      return refused.errno() == Errno.EEXIST
          ? judge(target, lock, made)
          : new Attempt.Impossible(refused);
    } catch (PosixException e) {
      return new Attempt.Impossible(e);
    } finally {
      remove(hitch);
      if (!ours) {
        files.close(descriptor);
      }
    }
  }

  /// Over NFS the answer to a link that was made may be lost and its repetition refused, so what
  /// counts is the number of names afterwards, and this only says why there are not two.
  private PosixException link(String existing, String name) {
    try {
      files.link(existing, name);
      return new PosixException("link", name, Errno.OTHER);
    } catch (PosixException e) {
      return e;
    }
  }

  /// Others read a process number from a lock; on a full disk an empty lock has to do.
  private void writeContent(int descriptor) throws PosixException {
    try {
      files.write(descriptor, content.duplicate(), 0);
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOSPC && e.errno() != Errno.EDQUOT) {
        throw e;
      }
    }
  }

  /// @param now our own file, made a moment ago: its times tell the clock of the file system, which
  ///   may be another machine's
  private Attempt judge(SpoolTarget target, String lock, FileStat now) throws PosixException {
    FileStat seen;
    try {
      seen = files.stat(lock);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return new Attempt.Taken("dotlock, released just now");
      }
      throw e;
    }
    if (seen.type() != FileStat.Type.REGULAR) {
      return new Attempt.Taken("dotlock that is no regular file");
    }
    int holder = processIn(lock);
    Duration age = age(seen, now);
    String description = description(seen, holder, age);
    boolean dead =
        holder > 0
            && (plan.dotlockPidLocal() || holder == plan.deadServer())
            && !Posix.processExists(holder);
    boolean stale =
        age.compareTo(plan.staleAge()) >= 0
            && age(files.stat(target.descriptor()), now).compareTo(plan.staleAge()) >= 0;
    return dead || stale
        ? breakUp(target, lock, seen, description)
        : new Attempt.Taken(description);
  }

  /// Who has the dotlock of a spool, if somebody has; asks for none.
  ///
  /// @param now by our own clock
  Optional<String> look(SpoolTarget target, Instant now) throws IOException {
    return runner.as(target.identity(), () -> look(target.path() + ".lock", now));
  }

  private Optional<String> look(String lock, Instant now) throws PosixException {
    FileStat seen;
    try {
      seen = files.stat(lock);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
    if (seen.type() != FileStat.Type.REGULAR) {
      return Optional.of("dotlock that is no regular file");
    }
    var age = Duration.between(Instant.ofEpochSecond(0, lastChange(seen)), now);
    return Optional.of(description(seen, processIn(lock), age));
  }

  private static String description(FileStat seen, int holder, Duration age) {
    return "dotlock"
        + (holder > 0 ? " of process " + holder : "")
        + ", owner "
        + seen.uid()
        + ", "
        + age.toSeconds()
        + " s old";
  }

  private static Duration age(FileStat file, FileStat now) {
    return Duration.ofNanos(now.changedNanos() - lastChange(file));
  }

  private static long lastChange(FileStat file) {
    return Math.max(file.modifiedNanos(), file.changedNanos());
  }

  /// Renames first and looks afterwards: between the judgement and the removal another program may
  /// have broken the same lock and made its own.
  private Attempt breakUp(SpoolTarget target, String lock, FileStat judged, String description)
      throws PosixException {
    String aside = uniqueBeside(target.path());
    try {
      files.rename(lock, aside);
    } catch (PosixException e) {
      return new Attempt.Taken(
          e.errno() == Errno.ENOENT
              ? "dotlock, released just now"
              : description + ", abandoned but not ours to remove");
    }
    FileStat moved = files.stat(aside);
    if (moved.sameFile(judged) && moved.modifiedNanos() == judged.modifiedNanos()) {
      files.unlink(aside);
      LOG.warn("broke an abandoned lock: {} ({})", lock, description);
      return new Attempt.Broken(description);
    }
    PosixException refused = link(aside, lock);
    if (refused.errno() == Errno.EEXIST) {
      LOG.error("lock {} was taken twice while an abandoned one was being removed", lock);
    }
    files.unlink(aside);
    return new Attempt.Taken("dotlock, taken just now");
  }

  /// The process number that a lock begins with, or 0 where there is none, as with procmail, or
  /// where it counts on another machine, as the `number:host` of Dovecot may say.
  private int processIn(String lock) {
    var text = ByteBuffer.allocateDirect(CONTENT_OCTETS_MAX);
    try {
      int descriptor =
          files.open(
              lock, OpenFlags.READ | OpenFlags.NO_FOLLOW | OpenFlags.NON_BLOCKING, /* mode= */ 0);
      try {
        files.read(descriptor, text, 0);
      } finally {
        files.close(descriptor);
      }
    } catch (PosixException _) {
      return 0;
    }
    text.flip();
    return process(StandardCharsets.ISO_8859_1.decode(text).toString());
  }

  private int process(String text) {
    int end = 0;
    while (end < text.length() && end < 10 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == 0) {
      return 0;
    }
    String rest = text.substring(end).strip();
    boolean ofThisMachine = rest.isEmpty() || rest.equals(":" + host);
    long number = Long.parseLong(text, 0, end, 10);
    return ofThisMachine && number <= Integer.MAX_VALUE ? (int) number : 0;
  }

  private String uniqueBeside(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1)
        + ".pr."
        + Long.toHexString(random.nextLong())
        + "."
        + pid
        + "."
        + host;
  }

  private void remove(String name) {
    try {
      files.unlink(name);
    } catch (PosixException e) {
      LOG.warn("a temporary name of a lock stays behind: {}", e.getMessage());
    }
  }

  private static String fileNamePart(String host) {
    var part = new StringBuilder();
    host.chars()
        .limit(HOST_CHARACTERS_MAX)
        .forEach(c -> part.append(c > ' ' && c < 0x7f && c != '/' ? (char) c : '_'));
    return part.toString();
  }
}
