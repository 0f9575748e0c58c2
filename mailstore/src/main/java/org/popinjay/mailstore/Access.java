package org.popinjay.mailstore;

/// What a session may do to a mailbox it looks at.
public enum Access {
  /// Look only: claims no recent messages, changes nothing (EXAMINE).
  READ,
  /// Look and change; new messages are recent in the first such session that is told of them.
  WRITE
}
