package org.popinjay.wire;

import org.popinjay.auth.UserRecord;

/// Who is on the other side of a connection, where that is known before a word is said (RFC 9051,
/// section 7.1.4): a process of this machine, of which the kernel says whose it is. No connection
/// from a network has one.
public interface KnownPeer {

  /// The name of his account. Never blocks.
  String name();

  /// Whether the mail of a user is his: the name alone says little, since users need not be
  /// accounts of this machine. May block.
  boolean owns(UserRecord user);
}
