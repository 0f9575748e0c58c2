package org.popinjay.mailstore.mbox.append;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.BlockDigests;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.rewrite.SpoolName;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.mailstore.mbox.state.StateDirectory;
import org.popinjay.posix.PosixException;

/// What is about to be appended to a spool, written down before the first octet of it: a crash in
/// between can be undone then, and nothing that another program appended meanwhile is mistaken for
/// ours.
///
/// ```
/// "PJAPPND\n" version:4 octets:4 digest:8                      ; digest of all that follows
/// device:8 inode:8 start:8 uidValidity:8 firstUid:8
/// owner path mailboxId                                         ; each octets:4 and UTF-8
/// pieces:4 *(octets:4 digest:8)
/// [ before:4 upTo:4 ]                                          ; of a receipt
/// ```
///
/// Little-endian. A record that is not whole was never acted upon.
///
/// @param spool the file
/// @param name how it is found again
/// @param mailboxId names its state log
/// @param start octets of the spool before; the first of ours stands there
/// @param uidValidity of the mailbox
/// @param firstUid the UID that the first message is to get
/// @param pieces what is to stand there
/// @param receipt what is to be kept of it once it came to its end, or null
public record AppendIntent(
    SpoolInode spool,
    SpoolName name,
    String mailboxId,
    long start,
    UidValidity uidValidity,
    long firstUid,
    BlockDigests pieces,
    @Nullable BulletinReceipt receipt) {
  private static final long MAGIC = 0x0A44_4E50_5041_4A50L;
  private static final int VERSION = 1;
  private static final int FIXED_OCTETS = 24;
  private static final int PIECE_OCTETS = Integer.BYTES + Long.BYTES;
  private static final int RECEIPT_OCTETS = 2 * Integer.BYTES;

  /// Whether the state log says that the append came to its end, or nothing of it any more.
  ///
  /// @param now UIDVALIDITY by the log
  /// @param uidNext next UID by the log
  public boolean wasLogged(UidValidity now, long uidNext) {
    return !now.equals(uidValidity) || uidNext > firstUid;
  }

  /// Keeps what is to be kept of an append that came to its end.
  public void keepReceipt(StateDirectory state) throws PosixException {
    if (receipt != null) {
      receipt.write(state.user(name.owner()));
    }
  }

  /// Prints the record into memory of an arena.
  ByteBuffer print(Arena arena) {
    var texts = new byte[][] {utf8(name.owner()), utf8(name.path()), utf8(mailboxId)};
    long octets = 5L * Long.BYTES + Integer.BYTES + (long) PIECE_OCTETS * pieces.count();
    octets += receipt == null ? 0 : RECEIPT_OCTETS;
    for (byte[] text : texts) {
      octets += Integer.BYTES + text.length;
    }
    var segment = arena.allocate(FIXED_OCTETS + octets, Long.BYTES);
    var out = segment.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).position(FIXED_OCTETS);
    out.putLong(spool.device()).putLong(spool.inode()).putLong(start);
    out.putLong(uidValidity.value()).putLong(firstUid);
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    out.putInt(pieces.count());
    for (int i = 0; i < pieces.count(); i++) {
      out.putInt(pieces.length(i)).putLong(pieces.value(i));
    }
    if (receipt != null) {
      out.putInt(receipt.before()).putInt(receipt.upTo());
    }
    out.putLong(0, MAGIC).putInt(8, VERSION).putInt(12, Math.toIntExact(octets));
    out.putLong(16, digest(segment, FIXED_OCTETS + octets));
    return out.flip();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long digest(MemorySegment record, long end) {
    var digest = new ContentDigest();
    digest.update(record, FIXED_OCTETS, end);
    return digest.value();
  }

  /// Reads a record; null if there is no whole one of this version.
  ///
  /// @param in a direct buffer with all of the file
  static @Nullable AppendIntent parse(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    if (in.limit() < FIXED_OCTETS || in.getLong(0) != MAGIC || in.getInt(8) != VERSION) {
      return null;
    }
    int octets = in.getInt(12);
    if (octets < 0
        || octets > in.limit() - FIXED_OCTETS
        || in.getLong(16) != digest(MemorySegment.ofBuffer(in.rewind()), FIXED_OCTETS + octets)) {
      return null;
    }
    in.position(FIXED_OCTETS);
    var spool = new SpoolInode(in.getLong(), in.getLong());
    long start = in.getLong();
    var uidValidity = new UidValidity(in.getLong());
    long firstUid = in.getLong();
    var owner = text(in);
    var path = text(in);
    var mailboxId = text(in);
    int count = in.getInt();
    var pieces = new BlockDigests(1);
    for (int i = 0; i < count; i++) {
      pieces.add(in.getInt(), in.getLong());
    }
    boolean hasReceipt = FIXED_OCTETS + octets - in.position() >= RECEIPT_OCTETS;
    var receipt = hasReceipt ? new BulletinReceipt(in.getInt(), in.getInt()) : null;
    return new AppendIntent(
        spool,
        new SpoolName(path, owner),
        mailboxId,
        start,
        uidValidity,
        firstUid,
        pieces,
        receipt);
  }

  private static String text(ByteBuffer in) {
    var octets = new byte[in.getInt()];
    in.get(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }
}
