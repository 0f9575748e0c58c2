package org.popinjay.mailstore.mbox.state;

/// When a mailbox changed: its mod-sequences, what was removed, whom sessions were told of.
///
/// Every change has a mod-sequence greater than all before (RFC 7162, section 3.1). The state log
/// keeps all of this but the history of flags, which only saves sessions a walk through all
/// messages.
///
/// Changed under the gate of its mailbox and the lock of the `LivePicture`; either one will do for
/// reading; [#toldBelow] needs the lock.
public final class Chronicle {
  /// Ranges of removed UIDs that are remembered.
  static final int MOST_REMOVALS = 100_000;

  /// Ranges of UIDs with changed flags that are remembered.
  static final int MOST_FLAGGED = 4_096;

  private final UidHistory removals;
  private final UidHistory flagged;
  private final EarlierFlags earlier = new EarlierFlags();
  private long highest;
  private volatile long toldBelow = 1;

  public Chronicle() {
    this(MOST_REMOVALS, MOST_FLAGGED);
  }

  /// One with other limits.
  Chronicle(int mostRemovals, int mostFlagged) {
    removals = new UidHistory(mostRemovals);
    flagged = new UidHistory(mostFlagged);
  }

  /// The mod-sequence of the last change; 0 if none is known.
  public long highest() {
    return highest;
  }

  /// A change happened.
  public void happened(long modSeq) {
    highest = Math.max(highest, modSeq);
  }

  /// Nothing is known of what happened up to now.
  public void beginAt(long modSeq) {
    happened(modSeq);
    removals.forget(highest);
    flagged.forget(highest);
  }

  /// What was removed.
  public UidHistory removals() {
    return removals;
  }

  /// What got other flags.
  public UidHistory flagged() {
    return flagged;
  }

  /// How messages looked before; for whoever holds the gate.
  public EarlierFlags earlier() {
    return earlier;
  }

  /// Messages with UIDs below this are not recent, 1..2^32: some session that may change the
  /// mailbox was told of them (RFC 3501, section 2.3.2).
  public long toldBelow() {
    return toldBelow;
  }

  /// Sets [#toldBelow()]; it never goes back.
  public void toldBelow(long uid) {
    toldBelow = Math.max(toldBelow, uid);
  }
}
