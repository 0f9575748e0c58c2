package org.popinjay.imap.response;

import org.popinjay.mailstore.MailboxId;

/// One item of a STATUS response (RFC 9051, section 6.3.11).
public sealed interface StatusValue {
  /// A number under a name of our own making.
  record Count(String name, long value) implements StatusValue {}

  /// `MAILBOXID` (RFC 8474, section 4.3).
  record Identity(MailboxId id) implements StatusValue {}
}
