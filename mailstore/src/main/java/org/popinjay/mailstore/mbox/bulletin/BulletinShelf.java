package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.bulletin.Bulletin;
import org.popinjay.mailstore.bulletin.BulletinBoard;
import org.popinjay.mailstore.bulletin.BulletinText;
import org.popinjay.mailstore.bulletin.SeparatorReader;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.text.PostedLine;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bulletins as the messages of a mailbox that all users share, with their UIDs.
///
/// What a UID names never changes: one that was corrected under its name gets a new UID, and the
/// old one is gone. Which UID is whose is written down in the state directory before anybody is
/// told. Looked through anew when the folder of the bulletins was changed, or one of them was found
/// to be. Thread-safe.
public final class BulletinShelf {
  private static final Logger LOG = LoggerFactory.getLogger(BulletinShelf.class);
  private static final String NAME = ".bulletins";
  private static final String MAGIC = "bulletins-1";
  private static final int MOST_OCTETS = 4 << 20;

  private final MboxEnvironment environment;
  private final BulletinBoard board;
  private final SeparatorReader separators;
  private @Nullable Known known;
  private volatile @Nullable Shelf shelf;

  /// One of them.
  ///
  /// @param uid in the mailbox
  /// @param octets of its text as it is sent
  /// @param digest of that
  record Volume(int uid, Bulletin bulletin, long octets, InternalDate date, long digest) {}

  /// All of them at one time.
  ///
  /// @param of what was in the folder
  /// @param volumes ascending by UID
  record Shelf(List<Bulletin> of, UidValidity uidValidity, long uidNext, List<Volume> volumes) {}

  /// What is written down.
  ///
  /// @param uids UID by number of the bulletin and digest of its text
  private record Known(long uidValidity, long uidNext, Map<Text, Integer> uids) {}

  private record Text(int number, long digest) {}

  public BulletinShelf(MboxEnvironment environment, BulletinBoard board) {
    this.environment = environment;
    this.board = board;
    separators = new PostedLine(environment.zone());
  }

  /// The shelf as it is now; null while the folder cannot be used.
  ///
  /// A list that is another one was read anew, and files may have other texts under equal names.
  @SuppressWarnings("ReferenceEquality")
  @Nullable Shelf look() throws IOException {
    var all = board.list();
    var last = shelf;
    if (all == null || (last != null && last.of() == all)) {
      return all == null ? null : last;
    }
    return arrange(all);
  }

  private synchronized Shelf arrange(List<Bulletin> all) throws IOException {
    var before = known != null ? known : read();
    var uids = new HashMap<Text, Integer>();
    var volumes = new ArrayList<Volume>(all.size());
    long uidNext = before.uidNext();
    for (var bulletin : all) {
      var text = open(bulletin);
      if (text == null) {
        continue;
      }
      byte[] wire = wire(text.shared());
      var key = new Text(bulletin.number(), digest(wire));
      var uid = before.uids().get(key);
      if (uid == null) {
        uid = Math.toIntExact(uidNext++);
      }
      uids.put(key, uid);
      volumes.add(new Volume(uid, bulletin, wire.length, text.date(), key.digest()));
    }
    volumes.sort(Comparator.comparingInt(Volume::uid));
    var after = new Known(before.uidValidity(), uidNext, uids);
    if (!after.equals(known)) {
      write(after);
      known = after;
    }
    var arranged =
        new Shelf(all, new UidValidity(after.uidValidity()), uidNext, List.copyOf(volumes));
    shelf = arranged;
    return arranged;
  }

  private @Nullable BulletinText open(Bulletin bulletin) {
    byte[] octets = board.read(bulletin);
    var text = octets == null ? null : BulletinText.of(octets, separators);
    if (octets != null && text == null) {
      board.refuse(bulletin, "does not start with a valid \"From \" separator");
    }
    return text;
  }

  /// The text of one as it is sent; null if it is not what it was, since a file that is written to
  /// in its place leaves the folder as it was. The next look then looks at all of them.
  byte @Nullable [] text(Volume volume) {
    var text = open(volume.bulletin());
    byte[] wire = text == null ? null : wire(text.shared());
    if (wire != null && digest(wire) == volume.digest()) {
      return wire;
    }
    var last = shelf;
    if (last != null && last.volumes().contains(volume)) {
      shelf = null;
    }
    return null;
  }

  private static byte[] wire(byte[] stored) {
    var out = new ByteArrayOutputStream(stored.length + stored.length / 16);
    for (int i = 0; i < stored.length; i++) {
      if (stored[i] == '\n' && (i == 0 || stored[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(stored[i]);
    }
    return out.toByteArray();
  }

  private static long digest(byte[] octets) {
    var digest = new ContentDigest();
    digest.update(octets, 0, octets.length);
    return digest.value();
  }

  private String path() {
    return environment.state().path() + "/" + NAME;
  }

  private Known read() throws IOException {
    var text = contents();
    if (text == null) {
      return fresh();
    }
    try {
      var words = new StringTokenizer(text);
      if (words.nextToken().equals(MAGIC)) {
        long uidValidity = Long.parseLong(words.nextToken());
        long uidNext = Long.parseLong(words.nextToken());
        var uids = new HashMap<Text, Integer>();
        while (words.hasMoreTokens()) {
          int uid = Integer.parseInt(words.nextToken());
          int number = Integer.parseInt(words.nextToken());
          uids.put(new Text(number, Long.parseUnsignedLong(words.nextToken(), 16)), uid);
        }
        return new Known(new UidValidity(uidValidity).value(), uidNext, Map.copyOf(uids));
      }
    } catch (RuntimeException e) {
      LOG.debug("{} does not parse", path(), e);
    }
    LOG.error("{} is damaged; the UIDs of bulletins begin anew", path());
    return fresh();
  }

  private Known fresh() {
    long now = Math.clamp(environment.clock().instant().getEpochSecond(), 1, 0xFFFF_FFFFL);
    return new Known(now, 1, Map.of());
  }

  private @Nullable String contents() throws IOException {
    var files = environment.files();
    int descriptor;
    try {
      descriptor = files.open(path(), READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      long size = Math.clamp(files.stat(descriptor).size(), 1, MOST_OCTETS);
      var into = arena.allocate(size).asByteBuffer();
      Replacement.readFully(files, descriptor, into, 0);
      return US_ASCII.decode(into.flip()).toString();
    } finally {
      files.close(descriptor);
    }
  }

  private void write(Known after) throws IOException {
    var text = new StringBuilder();
    text.append(MAGIC).append(' ').append(after.uidValidity()).append(' ').append(after.uidNext());
    text.append('\n');
    after
        .uids()
        .forEach((key, uid) ->
            text.append(uid)
                .append(' ')
                .append(key.number())
                .append(' ')
                .append(Long.toHexString(key.digest()))
                .append('\n'));
    byte[] octets = text.toString().getBytes(US_ASCII);
    try (var arena = Arena.ofConfined();
        var replacement = new Replacement(environment.files(), environment.state().path(), NAME)) {
      replacement.write(arena.allocate(octets.length).asByteBuffer().put(octets).flip());
      environment.files().close(replacement.commitDurably());
    }
  }
}
