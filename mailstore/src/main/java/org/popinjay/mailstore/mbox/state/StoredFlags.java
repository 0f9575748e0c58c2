package org.popinjay.mailstore.mbox.state;

import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// The flags of a message as the state log keeps them, in 16 bits whose meaning never changes: bits
/// 0 to 4 are those of [org.popinjay.mailstore.FlagSet], the others have a constant here.
public final class StoredFlags {
  /// Some session was told of the message.
  static final int OLD = 1 << 5;

  /// The spool does not say so yet.
  static final int PENDING = 1 << 6;

  /// What the spool itself says of [#OLD].
  static final int FILE_OLD = 1 << 12;

  /// What the spool itself says is not to be believed.
  static final int FOREIGN = 1 << 13;

  /// It is quoted by the rules of mboxrd.
  static final int QUOTED = 1 << 14;

  /// The spool says other keywords.
  static final int KEYWORDS_PENDING = 1 << 15;

  /// Bits 7 to 11 are what the spool itself says of the system flags.
  private static final int FILE_SHIFT = 7;

  private static final int SYSTEM = 0b11111;
  private static final int IN_TABLE =
      Bits.FLAGS
          | Bits.OLD
          | Bits.FLAGS_PENDING
          | Bits.FILE_FLAGS
          | Bits.FILE_OLD
          | Bits.FOREIGN_FIELDS
          | Bits.QUOTED
          | Bits.KEYWORDS_PENDING;

  private StoredFlags() {}

  /// The flags among the bits of a row.
  public static int of(int bits) {
    return ((bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT)
        | ((bits & Bits.FILE_FLAGS) >> Bits.FILE_FLAGS_SHIFT << FILE_SHIFT)
        | ((bits & Bits.OLD) != 0 ? OLD : 0)
        | ((bits & Bits.FLAGS_PENDING) != 0 ? PENDING : 0)
        | ((bits & Bits.FILE_OLD) != 0 ? FILE_OLD : 0)
        | ((bits & Bits.FOREIGN_FIELDS) != 0 ? FOREIGN : 0)
        | ((bits & Bits.QUOTED) != 0 ? QUOTED : 0)
        | ((bits & Bits.KEYWORDS_PENDING) != 0 ? KEYWORDS_PENDING : 0);
  }

  /// The bits of a row with its flags replaced.
  static int into(int bits, int stored) {
    return (bits & ~IN_TABLE)
        | ((stored & SYSTEM) << Bits.FLAGS_SHIFT)
        | ((stored >> FILE_SHIFT & SYSTEM) << Bits.FILE_FLAGS_SHIFT)
        | ((stored & OLD) != 0 ? Bits.OLD : 0)
        | ((stored & PENDING) != 0 ? Bits.FLAGS_PENDING : 0)
        | ((stored & FILE_OLD) != 0 ? Bits.FILE_OLD : 0)
        | ((stored & FOREIGN) != 0 ? Bits.FOREIGN_FIELDS : 0)
        | ((stored & QUOTED) != 0 ? Bits.QUOTED : 0)
        | ((stored & KEYWORDS_PENDING) != 0 ? Bits.KEYWORDS_PENDING : 0);
  }
}
