package org.popinjay.mailstore.mbox.state;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file below a [StateLog]: finds its end after a crash, adds records, grows, and is replaced.
///
/// The unused end is filled with zeros, so that a small record needs no new block on a full disk.
/// Not thread-safe, but for [#sync], which may run beside [#append].
final class LogFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
  private static final int NONE = -1;
  private static final int BLOCK_OCTETS = 4096;
  private static final int MAX_GROWTH_OCTETS = 1 << 20;

  private static final int WIPE_OCTETS = 256 << 10;

  /// Room that is kept behind the last record where the disk allows.
  private static final int SLACK_OCTETS = 1024;

  private final FileCalls files;
  private final UserState directory;
  private final String name;
  private final RandomGenerator random;

  private int descriptor = NONE;
  private @Nullable FileStat opened;
  private long generation;
  private long end;
  private long capacity;
  private long durable;

  /// Whether the folder was synced since the file got its name. One that was found may have got it
  /// from a process that died before it could do so.
  private boolean nameDurable;

  /// Whether an older version wrote it, so that it must not get records of this one.
  private boolean outdated;

  LogFile(FileCalls files, UserState directory, String name, RandomGenerator random) {
    this.files = files;
    this.directory = directory;
    this.name = name;
    this.random = random;
    close();
  }

  /// What opening came to.
  sealed interface Opening {
    /// It is open, or there is none.
    record Ready(StateLog.Found found) implements Opening {}

    /// A newer program wrote it.
    record Newer(int version) implements Opening {}
  }

  /// Opens the file if there is one, finds its end, and cuts off or puts aside what is unsound.
  Opening open() throws PosixException {
    var opening = look();
    if (opening instanceof Opening.Ready(StateLog.Found found)) {
      switch (found) {
        case ABSENT, WHOLE -> {}
        case TORN -> cutOff();
        case DAMAGED -> setAside();
      }
    }
    return opening;
  }

  /// Opens the file if there is one, and finds its end. Changes nothing; one that is damaged must
  /// not be used.
  Opening look() throws PosixException {
    try {
      descriptor = files.open(path(), READ_WRITE | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return new Opening.Ready(StateLog.Found.ABSENT);
      }
      throw e;
    }
    var stat = files.stat(descriptor);
    opened = stat;
    capacity = stat.size();
    return switch (readHeader()) {
      case LogFormat.Header.Newer(int version) -> {
        close();
        yield new Opening.Newer(version);
      }
      case LogFormat.Header.Damaged _ -> new Opening.Ready(StateLog.Found.DAMAGED);
      case LogFormat.Header.Ours(long found, int version) -> {
        generation = found;
        outdated = version < LogFormat.VERSION;
        yield new Opening.Ready(findEnd());
      }
    };
  }

  private LogFormat.Header readHeader() throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var buffer = buffer(arena, LogFormat.HEADER_OCTETS);
      Replacement.readFully(files, descriptor, buffer, 0);
      return LogFormat.header(buffer.flip());
    }
  }

  private StateLog.Found findEnd() throws PosixException {
    try (var reader = reader(LogFormat.HEADER_OCTETS, capacity)) {
      while (reader.valid()) {
        durable = Math.max(durable, reader.durableBefore());
        reader.next();
      }
      end = reader.at();
      if (reader.onlyZeros()) {
        return StateLog.Found.WHOLE;
      }
      for (; reader.at() < capacity; reader.step()) {
        if (reader.valid() && reader.durableBefore() > end) {
          return StateLog.Found.DAMAGED;
        }
      }
    }
    return StateLog.Found.TORN;
  }

  private void cutOff() throws PosixException {
    LOG.info("{}: a crash left the end unfinished; it is cut off at octet {}", path(), end);
    wipe(end, capacity);
    files.syncData(descriptor);
  }

  private void setAside() throws PosixException {
    LOG.warn("{} is damaged; it is kept as {}.damaged and begun anew", path(), name);
    files.rename(path(), path() + ".damaged");
    close();
  }

  /// Path, for the log of the operator.
  String path() {
    return directory.file(name);
  }

  /// Whether there is a file; the first [#replace] makes one.
  boolean exists() {
    return descriptor != NONE;
  }

  /// Whether it has to be replaced before it is added to.
  boolean outdated() {
    return outdated;
  }

  /// Whether the name still stands for this file, or for none if none was made.
  boolean stillThere() throws PosixException {
    try {
      var named = files.stat(path());
      return opened != null && opened.sameFile(named);
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> opened == null;
        default -> throw e;
      };
    }
  }

  /// The position ahead of the first record.
  LogPosition start() {
    return new LogPosition(generation, LogFormat.HEADER_OCTETS);
  }

  /// The position behind the last record.
  LogPosition end() {
    return new LogPosition(generation, end);
  }

  /// Says that everything up to an offset is on the disk; later records bear witness of it.
  void durable(long offset) {
    durable = offset;
  }

  /// Walks through the records from one offset to another.
  LogReader reader(long from, long to) {
    return new LogReader(files, descriptor, generation, from, to);
  }

  /// Adds records behind the last one, in one write. Unless it is [StateWrite.Broken] it did so or
  /// changed nothing.
  StateWrite append(List<? extends LogRecord> records) {
    long octets = 0;
    for (var each : records) {
      octets += LogFormat.octets(each);
    }
    var room = makeRoom(end + octets);
    if (!(room instanceof StateWrite.Written)) {
      return room;
    }
    try (var arena = Arena.ofConfined()) {
      var buffer = buffer(arena, octets);
      for (var each : records) {
        LogFormat.put(buffer, each, generation, end + buffer.position(), durable);
      }
      var outcome = write(buffer.flip());
      if (outcome instanceof StateWrite.Written) {
        end += octets;
      }
      return outcome;
    }
  }

  /// Writes zeros ahead of the records, so that no part of a record is written that finds no room.
  private StateWrite makeRoom(long needed) {
    long wanted = capacityFor(needed);
    if (wanted == capacity) {
      return StateWrite.WRITTEN;
    }
    try {
      wipe(capacity, wanted);
      capacity = wanted;
      return StateWrite.WRITTEN;
    } catch (PosixException e) {
      var outcome = StateWrite.of(e);
      if (outcome instanceof StateWrite.Full && undo(() -> files.truncate(descriptor, capacity))) {
        return needed <= capacity ? StateWrite.WRITTEN : outcome;
      }
      return new StateWrite.Broken(e);
    }
  }

  private long capacityFor(long octets) {
    if (octets + SLACK_OCTETS <= capacity) {
      return capacity;
    }
    long step = Math.clamp(capacity >> 3, BLOCK_OCTETS, MAX_GROWTH_OCTETS);
    return roundUp(Math.max(octets + SLACK_OCTETS, capacity + step));
  }

  private static long roundUp(long octets) {
    return (octets + BLOCK_OCTETS - 1) / BLOCK_OCTETS * BLOCK_OCTETS;
  }

  /// Writes inside the room there is. A file system that never overwrites in place may still be out
  /// of blocks.
  private StateWrite write(ByteBuffer octets) {
    long to = end + octets.remaining();
    try {
      Replacement.writeFully(files, descriptor, octets, end);
      return StateWrite.WRITTEN;
    } catch (PosixException e) {
      var outcome = StateWrite.of(e);
      return outcome instanceof StateWrite.Full && undo(() -> wipe(end, to))
          ? outcome
          : new StateWrite.Broken(e);
    }
  }

  private static boolean undo(Replacement.Call call) {
    try {
      call.run();
      return true;
    } catch (PosixException _) {
      return false;
    }
  }

  private void wipe(long from, long to) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var zeros = buffer(arena, Math.clamp(to - from, 0, WIPE_OCTETS));
      for (long at = from; at < to; at += zeros.limit()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
        Replacement.writeFully(files, descriptor, zeros, at);
      }
    }
  }

  /// Makes what was appended before durable. Never called twice at a time.
  void sync() throws PosixException {
    files.syncData(descriptor);
    if (!nameDurable) {
      Replacement.syncDirectory(files, directory.path());
      nameDurable = true;
    }
  }

  /// Where the records of a replacement come from.
  @FunctionalInterface
  interface Source {
    /// The next one, or null behind the last.
    @Nullable LogRecord next() throws PosixException;
  }

  /// Makes a new file durably, with another generation, and puts it in place of this one. Unless it
  /// is [StateWrite.Broken] it did so or changed nothing.
  StateWrite replace(Source records) {
    try {
      directory.make();
      try (var replacement = new Replacement(files, directory.path(), name)) {
        return fill(replacement, records);
      }
    } catch (PosixException e) {
      return StateWrite.of(e);
    }
  }

  private StateWrite fill(Replacement replacement, Source records) throws PosixException {
    long newGeneration = random.nextLong();
    try (var arena = Arena.ofConfined()) {
      var header = buffer(arena, LogFormat.HEADER_OCTETS);
      LogFormat.putHeader(header, newGeneration);
      replacement.write(header.flip());
    }
    for (var each = records.next(); each != null; each = records.next()) {
      try (var arena = Arena.ofConfined()) {
        var buffer = buffer(arena, LogFormat.octets(each));
        LogFormat.put(buffer, each, newGeneration, replacement.size(), 0);
        replacement.write(buffer.flip());
      }
    }
    long newEnd = replacement.size();
    try (var arena = Arena.ofConfined()) {
      replacement.write(buffer(arena, roundUp(newEnd + SLACK_OCTETS) - newEnd));
    }
    var stat = replacement.stat();
    int fresh;
    try {
      fresh = replacement.commitDurably();
    } catch (PosixException e) {
      // What is in place already must not be taken for the file that is still open here.
      return replacement.inPlace() ? new StateWrite.Broken(e) : StateWrite.of(e);
    }
    close();
    descriptor = fresh;
    opened = stat;
    generation = newGeneration;
    end = newEnd;
    capacity = replacement.size();
    durable = newEnd;
    nameDurable = true;
    return StateWrite.WRITTEN;
  }

  private static ByteBuffer buffer(Arena arena, long octets) {
    return arena.allocate(octets, Long.BYTES).asByteBuffer();
  }

  /// Closes the file and is as if there was none.
  @Override
  public void close() {
    int old = descriptor;
    if (old != NONE) {
      Replacement.quietly(() -> files.close(old));
    }
    descriptor = NONE;
    opened = null;
    generation = random.nextLong();
    end = LogFormat.HEADER_OCTETS;
    capacity = 0;
    durable = 0;
    nameDurable = false;
    outdated = false;
  }
}
