package org.popinjay.mailstore.memory;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Uid;

/// A message in the mailbox, shared by every picture of it. Its changing parts are touched under
/// the lock of the account only.
final class StoredMessage {
  final Uid uid;
  final byte[] wire;
  final InternalDate internalDate;
  private final TreeMap<Long, Flags> history = new TreeMap<>();
  Flags flags;
  long modSeq;
  boolean gone;
  byte @Nullable [] remembered;

  StoredMessage(Uid uid, byte[] wire, Flags flags, InternalDate internalDate, long modSeq) {
    this.uid = uid;
    this.wire = wire;
    this.flags = flags;
    this.internalDate = internalDate;
    this.modSeq = modSeq;
    history.put(modSeq, flags);
  }

  void become(Flags next, long when) {
    flags = next;
    modSeq = when;
    history.put(when, next);
  }

  /// The flags as they were at a mod-sequence, or null if the message was not there then.
  @Nullable Flags at(long then) {
    Map.@Nullable Entry<Long, Flags> found = history.floorEntry(then);
    return found == null ? null : found.getValue();
  }

  /// The message with the blank line and the last line end that it may lack, as POP3 gives it.
  byte[] complete() {
    return WireForm.of(wire);
  }
}
