package org.popinjay.mailstore.mbox.ledger;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.UserState;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What protocols worked out from messages of a mailbox, on disk, to have it again cheaply. A
/// cache: may be deleted at any time, is never synced, and every failure just means that nothing is
/// there.
///
/// ```
/// ID.memory = head *entry         ; entries in the order they came
/// entry     = crc:4 octets        ; crc over generation, uid and octets
/// ID.places = head *place         ; one for each UID from firstUid on, 0 for none
/// place     = offset:47 octets:17 ; of the entry
/// head      = "PJMEMRY\n" generation:8 uidValidity:8 firstUid:8
/// ```
///
/// Little-endian. Nothing of it is held in memory: places and entries are read through the shared
/// windows, in which the next ones are found when messages are gone through in order. When more
/// than half of the entries are of no use any more, the others are written anew. Thread-safe.
public final class MessageMemory implements AutoCloseable {
  /// Octets kept of one message.
  static final int MOST_OCTETS = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(MessageMemory.class);
  private static final long MAGIC = 0x0A59_524D_454D_4A50L;
  private static final int HEAD_OCTETS = 32;
  private static final int CRC_OCTETS = Integer.BYTES;
  private static final int LENGTH_BITS = 17;
  private static final long LENGTH = (1L << LENGTH_BITS) - 1;

  /// A mailbox whose UIDs lie further apart does without for the upper ones.
  private static final long MOST_PLACES = 1L << 26;

  /// Octets of entries that are kept for each message on average, and besides.
  private static final int OCTETS_PER_MESSAGE = 4 << 10;

  private static final long SPARE_OCTETS = 16L << 20;
  private static final long COMPACT_FROM_OCTETS = 1 << 20;
  private static final int CLOSED = -1;

  private final MboxEnvironment environment;
  private final UserState folder;
  private final String mailboxId;
  private final ReentrantLock lock = new ReentrantLock();
  private int entries = CLOSED;
  private int places = CLOSED;
  private boolean unusable;
  private long generation;
  private long uidValidity;
  private long firstUid;
  private long end;
  private long compactAt;
  private long entriesVersion;
  private long placesVersion;

  MessageMemory(MboxEnvironment environment, UserState folder, String mailboxId) {
    this.environment = environment;
    this.folder = folder;
    this.mailboxId = mailboxId;
  }

  private String entriesName() {
    return mailboxId + ".memory";
  }

  private String placesName() {
    return mailboxId + ".places";
  }

  /// What was put last for a message, or null.
  public byte @Nullable [] get(UidValidity validity, int uid) {
    lock.lock();
    try {
      return open(validity) ? entry(Integer.toUnsignedLong(uid)) : null;
    } catch (IOException e) {
      giveUp(e);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// Keeps octets for a message if they are not too many.
  ///
  /// @param picture the mailbox as it is now, of whose messages entries are worth keeping
  public void put(Picture picture, int uid, byte[] octets) {
    if (octets.length > MOST_OCTETS) {
      return;
    }
    lock.lock();
    try {
      if (!open(picture.uidValidity()) && !begin(picture)) {
        return;
      }
      if (end >= compactAt) {
        compact(picture);
      }
      long place = Integer.toUnsignedLong(uid) - firstUid;
      long most = SPARE_OCTETS + (long) OCTETS_PER_MESSAGE * picture.count();
      if (place >= 0 && place < MOST_PLACES && end + octets.length <= most) {
        add(place, Integer.toUnsignedLong(uid), octets);
      }
    } catch (IOException e) {
      giveUp(e);
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(IOException e) {
    LOG.info("{}: {}", folder.file(entriesName()), e.getMessage());
    closeFiles();
    unusable = true;
  }

  private boolean open(UidValidity validity) throws PosixException {
    if (unusable || entries != CLOSED) {
      return entries != CLOSED && uidValidity == validity.value();
    }
    try {
      entries = openFile(entriesName());
      places = openFile(placesName());
    } catch (PosixException e) {
      closeFiles();
      return switch (e.errno()) {
        case ENOENT, ENOTDIR -> false;
        default -> throw e;
      };
    }
    if (!readHeads()) {
      closeFiles();
      return false;
    }
    end = environment.files().stat(entries).size();
    opened();
    return uidValidity == validity.value();
  }

  private int openFile(String name) throws PosixException {
    return environment.files().open(folder.file(name), READ_WRITE | NO_FOLLOW | NON_BLOCKING, 0);
  }

  private void opened() {
    compactAt = Math.max(COMPACT_FROM_OCTETS, 2 * end);
    entriesVersion = environment.nextVersion();
    placesVersion = environment.nextVersion();
  }

  private boolean readHeads() throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var one = readHead(arena, entries);
      var other = readHead(arena, places);
      if (!one.equals(other) || one.limit() < HEAD_OCTETS || one.getLong(0) != MAGIC) {
        return false;
      }
      generation = one.getLong(8);
      uidValidity = one.getLong(16);
      firstUid = one.getLong(24);
      return true;
    }
  }

  private ByteBuffer readHead(Arena arena, int descriptor) throws PosixException {
    var head = arena.allocate(HEAD_OCTETS).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    WholeTransfers.readUpToEnd(environment.files(), descriptor, head, 0);
    return head.flip();
  }

  /// Begins with nothing.
  private boolean begin(Picture picture) throws IOException {
    if (unusable || picture.count() == 0 || !folder.exists()) {
      return false;
    }
    closeFiles();
    renew(picture, 0);
    return true;
  }

  private byte @Nullable [] entry(long uid) throws IOException {
    long place = place(uid - firstUid);
    if (place == 0) {
      return null;
    }
    var entry = new byte[CRC_OCTETS + (int) (place & LENGTH)];
    if (!read(entries, entriesVersion, place >>> LENGTH_BITS, entry)) {
      return null;
    }
    var in = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
    int crc = in.getInt();
    var octets = new byte[in.remaining()];
    in.get(octets);
    return crc == crc(generation, uid, octets) ? octets : null;
  }

  private long place(long number) throws IOException {
    var octets = new byte[Long.BYTES];
    boolean there =
        number >= 0
            && number < MOST_PLACES
            && read(places, placesVersion, HEAD_OCTETS + Long.BYTES * number, octets);
    return there ? ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).getLong() : 0;
  }

  /// Reads octets through the windows; false if the file ends before.
  private boolean read(int descriptor, long version, long offset, byte[] into) throws IOException {
    int count = 0;
    while (count < into.length) {
      long at = offset + count;
      var window = environment.windows().borrow(version, at);
      try {
        if (!window.reach(version, at)) {
          window.fill(environment.files(), descriptor, version, at, offset + into.length);
        }
        int piece = Math.min(window.octets().remaining(), into.length - count);
        if (piece == 0) {
          return false;
        }
        window.octets().get(into, count, piece);
        count += piece;
      } finally {
        environment.windows().giveBack(window);
      }
    }
    return true;
  }

  private static int crc(long generation, long uid, byte[] octets) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(generation).putLong(uid).flip());
    crc.update(octets);
    return (int) crc.getValue();
  }

  private void add(long number, long uid, byte[] octets) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var entry = arena.allocate(CRC_OCTETS + octets.length).asByteBuffer();
      entry.order(ByteOrder.LITTLE_ENDIAN).putInt(crc(generation, uid, octets)).put(octets);
      WholeTransfers.write(environment.files(), entries, entry.flip(), end);
      var place = arena.allocate(Long.BYTES, Long.BYTES).asByteBuffer();
      place.order(ByteOrder.LITTLE_ENDIAN).putLong(0, end << LENGTH_BITS | octets.length);
      long offset = HEAD_OCTETS + Long.BYTES * number;
      WholeTransfers.write(environment.files(), places, place, offset);
    }
    end += CRC_OCTETS + octets.length;
    placesVersion = environment.nextVersion();
  }

  /// Writes anew what is of use, if that is less than half.
  private void compact(Picture picture) throws IOException {
    long live = 0;
    for (int position = 0; position < picture.count(); position++) {
      long place = place(uidAt(picture, position) - firstUid);
      live += place == 0 ? 0 : CRC_OCTETS + (place & LENGTH);
    }
    if (end <= 2 * live + COMPACT_FROM_OCTETS) {
      compactAt = Math.max(end + COMPACT_FROM_OCTETS, 2 * live + COMPACT_FROM_OCTETS);
      return;
    }
    renew(picture, picture.count());
  }

  /// Writes both files anew.
  ///
  /// @param kept of so many messages the entries are taken over
  private void renew(Picture picture, int kept) throws IOException {
    long newGeneration = environment.random().nextLong();
    long newFirst = uidAt(picture, 0);
    var files = environment.files();
    try (var arena = Arena.ofConfined();
        var newEntries = new Replacement(files, folder.path(), entriesName());
        var newPlaces = new Replacement(files, folder.path(), placesName())) {
      var entriesOut = new Output(arena, newEntries);
      var placesOut = new Output(arena, newPlaces);
      for (var out : new Output[] {entriesOut, placesOut}) {
        out.putLong(MAGIC).putLong(newGeneration).putLong(picture.uidValidity().value());
        out.putLong(newFirst);
      }
      for (int position = 0; position < kept; position++) {
        long uid = uidAt(picture, position);
        byte[] octets = uid - newFirst < MOST_PLACES ? entry(uid) : null;
        if (octets != null) {
          while (placesOut.octets() < HEAD_OCTETS + Long.BYTES * (uid - newFirst)) {
            placesOut.putLong(0);
          }
          placesOut.putLong(entriesOut.octets() << LENGTH_BITS | octets.length);
          entriesOut.putInt(crc(newGeneration, uid, octets)).put(octets);
        }
      }
      entriesOut.flush();
      placesOut.flush();
      newEntries.commit();
      newPlaces.commit();
    }
    closeFiles();
    open(picture.uidValidity());
  }

  /// A file that is written from its beginning.
  private static final class Output {
    private final Replacement file;
    private final ByteBuffer buffer;

    Output(Arena arena, Replacement file) {
      this.file = file;
      buffer = arena.allocate(MOST_OCTETS).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    long octets() {
      return file.size() + buffer.position();
    }

    Output putLong(long value) throws PosixException {
      room(Long.BYTES);
      buffer.putLong(value);
      return this;
    }

    Output putInt(int value) throws PosixException {
      room(Integer.BYTES);
      buffer.putInt(value);
      return this;
    }

    void put(byte[] octets) throws PosixException {
      room(octets.length);
      buffer.put(octets);
    }

    private void room(int octets) throws PosixException {
      if (buffer.remaining() < octets) {
        flush();
      }
    }

    void flush() throws PosixException {
      file.write(buffer.flip());
      buffer.clear();
    }
  }

  private static long uidAt(Picture picture, int position) {
    var table = picture.table();
    return Integer.toUnsignedLong(table.uid(table.rowAt(position)));
  }

  private void closeFiles() {
    for (int descriptor : new int[] {entries, places}) {
      if (descriptor != CLOSED) {
        Replacement.quietly(() -> environment.files().close(descriptor));
      }
    }
    entries = CLOSED;
    places = CLOSED;
  }

  /// Closes the files; nothing is found any more.
  @Override
  public void close() {
    lock.lock();
    try {
      closeFiles();
      unusable = true;
    } finally {
      lock.unlock();
    }
  }
}
