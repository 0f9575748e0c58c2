package org.popinjay.mailstore.memory;

import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Uid;

/// A message in the mailbox, shared by every picture of it. Its changing parts are touched under
/// the lock of the mailbox only.
final class StoredMessage {
  final Uid uid;
  final byte[] wire;
  final long internalDate;
  FlagSet flags = FlagSet.NONE;
  boolean gone;

  StoredMessage(Uid uid, byte[] wire, long internalDate) {
    this.uid = uid;
    this.wire = wire;
    this.internalDate = internalDate;
  }
}
