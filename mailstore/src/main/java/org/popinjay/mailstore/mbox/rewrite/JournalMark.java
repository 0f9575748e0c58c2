package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.disk.ContentDigest;

/// How far a rewrite has come. Written in turn to the two first pages of its journal, so that a
/// mark torn by a crash leaves the one before it.
///
/// @param sequence greater than that of the mark before
/// @param device of the spool
/// @param inode of the spool
/// @param step which window it is about
/// @param planOctets length of the [JournaledRewrite] behind the marks
/// @param planDigest of those octets
/// @param payloadAt where the window's octets stand in the journal
/// @param payloadOctets how many, with the digests of the window's old pages behind them
/// @param payloadDigest of all those
record JournalMark(
    long sequence,
    Phase phase,
    long device,
    long inode,
    int step,
    long planOctets,
    long planDigest,
    long payloadAt,
    long payloadOctets,
    long payloadDigest) {

  /// Format of the whole journal; a greater one is of a newer program and not touched.
  static final int VERSION = 1;

  static final int OCTETS = 88;
  private static final long MAGIC = 0x504F_504A_524E_4C0AL;

  /// Where a rewrite stands.
  enum Phase {
    /// The file will grow and has perhaps grown, with zeros; nothing else has been written to it.
    GROWING(1),
    /// The window may have been written in part.
    COMMITTED(2),
    /// The window has been written and synced. After the last one the file is to be cut.
    APPLIED(3),
    /// There is nothing to do. Stands only in the reserve, which is never deleted.
    FINISHED(4);

    /// Number in the file.
    private final int code;

    Phase(int code) {
      this.code = code;
    }

    private static Phase of(int code) {
      return switch (code) {
        case 1 -> GROWING;
        case 2 -> COMMITTED;
        case 3 -> APPLIED;
        default -> FINISHED;
      };
    }
  }

  /// What a mark's page holds.
  sealed interface Reading {
    /// A mark of this version, whole.
    record Valid(JournalMark mark) implements Reading {}

    /// A mark of a newer version.
    record Newer(int version) implements Reading {}

    /// Anything else.
    record None() implements Reading {}
  }

  JournalMark with(Phase next) {
    return new JournalMark(
        sequence + 1,
        next,
        device,
        inode,
        step,
        planOctets,
        planDigest,
        payloadAt,
        payloadOctets,
        payloadDigest);
  }

  JournalMark committed(int nextStep, long octets, long digest) {
    return new JournalMark(
        sequence + 1,
        Phase.COMMITTED,
        device,
        inode,
        nextStep,
        planOctets,
        planDigest,
        payloadAt,
        octets,
        digest);
  }

  /// Writes [#OCTETS] to the start of a page: the name of the format, its version, the phase by its
  /// number, the other fields in the order of the record, and a digest of all that.
  void encode(MemorySegment page) {
    page.asByteBuffer()
        .putLong(MAGIC)
        .putInt(VERSION)
        .putInt(phase.code)
        .putLong(sequence)
        .putLong(device)
        .putLong(inode)
        .putInt(step)
        .putInt(0)
        .putLong(planOctets)
        .putLong(planDigest)
        .putLong(payloadAt)
        .putLong(payloadOctets)
        .putLong(payloadDigest)
        .putLong(digest(page));
  }

  /// Reads what [#encode] wrote.
  static Reading decode(MemorySegment page) {
    ByteBuffer in = page.asByteBuffer();
    if (in.getLong() != MAGIC) {
      return new Reading.None();
    }
    int version = in.getInt();
    if (version > VERSION) {
      return new Reading.Newer(version);
    }
    int phase = in.getInt();
    long sequence = in.getLong();
    long device = in.getLong();
    long inode = in.getLong();
    int step = in.getInt();
    int _ = in.getInt();
    var mark =
        new JournalMark(
            sequence,
            Phase.of(phase),
            device,
            inode,
            step,
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getLong());
    return in.getLong() == digest(page) ? new Reading.Valid(mark) : new Reading.None();
  }

  private static long digest(MemorySegment page) {
    var digest = new ContentDigest();
    digest.update(page, 0, OCTETS);
    return digest.value();
  }
}
