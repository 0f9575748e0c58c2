package org.popinjay.mailstore;

/// What an engine reports for metrics and logs. Called from any thread; must not block.
public interface StoreEvents {

  /// Hears nothing.
  StoreEvents NONE = new StoreEvents() {};

  /// A lock chain was asked for.
  ///
  /// @param nanos how long it took to get or give up
  /// @param taken whether it was had in the end
  default void lockWaited(long nanos, boolean taken) {}

  /// So many octets of a mailbox were read to find its messages.
  default void scanned(long octets) {}

  /// So many octets of a mailbox were moved to remove messages or write flags.
  default void rewritten(long octets) {}

  /// A mailbox was opened; whether the index in memory or on disk was good enough.
  default void indexUsed(IndexUse use) {}

  /// A line began like a separator and was none.
  default void bareFromLines(long count) {}

  /// Bookkeeping fields of the store arrived inside a delivered message and were ignored.
  default void forgedFields(long count) {}

  /// Something could not be written because the disk or a quota is full; it waits in memory.
  default void diskFull() {}

  /// What another program did to a mailbox that is watched was taken in.
  ///
  /// @param nanos from its first sign
  default void noticed(long nanos) {}

  /// So many bulletins were put into a mailbox.
  default void bulletinsDelivered(int count) {}

  /// Something is wrong with bulletins, or with what is kept of who had which.
  default void bulletinFault() {}

  /// Mail that an older server left behind was found at a sign-in.
  default void dropFound(DropOutcome outcome) {}

  /// A crashed rewrite was found at an open and settled.
  default void recovered(RecoveryOutcome outcome) {}

  /// How an open found out what is in a mailbox.
  enum IndexUse {
    /// From memory; no octet was read.
    MEMORY,
    /// From the cache on disk.
    DISK,
    /// Only the new tail was read.
    TAIL,
    /// The whole mailbox was read.
    FULL
  }

  /// What became of mail that an older server left behind.
  enum DropOutcome {
    /// It is where it belongs.
    RECOVERED,
    /// It stays for now: no room, or somebody had the mailbox locked.
    WAITS,
    /// A session of that server has it.
    BUSY,
    /// It is not as such a file has to be, and was left alone.
    REFUSED
  }

  /// What became of a crashed rewrite.
  enum RecoveryOutcome {
    /// It had not begun; nothing was changed.
    DROPPED,
    /// It was carried to its end.
    FINISHED,
    /// Another program wrote since; it was put aside for the operator.
    SET_ASIDE
  }
}
