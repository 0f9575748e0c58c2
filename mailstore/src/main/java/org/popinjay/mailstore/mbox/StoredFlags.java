package org.popinjay.mailstore.mbox;

import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// The flags of a message as the state log keeps them, in 16 bits whose meaning never changes: bits
/// 0 to 4 are those of [org.popinjay.mailstore.FlagSet], the others have a constant here.
final class StoredFlags {
  /// Some session was told of the message.
  static final int OLD = 1 << 5;

  /// The spool does not say so yet.
  static final int PENDING = 1 << 6;

  /// Its bookkeeping fields are its sender's words.
  static final int FOREIGN = 1 << 7;

  /// This program wrote and quoted it.
  static final int QUOTED = 1 << 8;

  /// The five flags that the spool said last.
  static final int FILE_SHIFT = 9;

  /// What the spool said last of [#OLD].
  static final int FILE_OLD = 1 << 14;

  private static final int SYSTEM = 0b11111;
  private static final int IN_TABLE =
      Bits.FLAGS
          | Bits.OLD
          | Bits.FLAGS_PENDING
          | Bits.FOREIGN_FIELDS
          | Bits.QUOTED
          | Bits.FILE_FLAGS
          | Bits.FILE_OLD;

  private StoredFlags() {}

  /// The flags among the bits of a row.
  static int of(int bits) {
    return ((bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT)
        | pick(bits, Bits.OLD, OLD)
        | pick(bits, Bits.FLAGS_PENDING, PENDING)
        | pick(bits, Bits.FOREIGN_FIELDS, FOREIGN)
        | pick(bits, Bits.QUOTED, QUOTED)
        | ((bits & Bits.FILE_FLAGS) >> Bits.FILE_FLAGS_SHIFT << FILE_SHIFT)
        | pick(bits, Bits.FILE_OLD, FILE_OLD);
  }

  /// The bits of a row with its flags replaced.
  static int into(int bits, int stored) {
    return (bits & ~IN_TABLE)
        | ((stored & SYSTEM) << Bits.FLAGS_SHIFT)
        | pick(stored, OLD, Bits.OLD)
        | pick(stored, PENDING, Bits.FLAGS_PENDING)
        | pick(stored, FOREIGN, Bits.FOREIGN_FIELDS)
        | pick(stored, QUOTED, Bits.QUOTED)
        | ((stored >> FILE_SHIFT & SYSTEM) << Bits.FILE_FLAGS_SHIFT)
        | pick(stored, FILE_OLD, Bits.FILE_OLD);
  }

  private static int pick(int from, int bit, int as) {
    return (from & bit) != 0 ? as : 0;
  }
}
