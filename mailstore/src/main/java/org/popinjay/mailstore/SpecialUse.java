package org.popinjay.mailstore;

/// What a mailbox is for (RFC 6154, section 2).
public enum SpecialUse {
  /// Old mail worth keeping.
  ARCHIVE,
  /// Mail not yet sent.
  DRAFTS,
  /// Unwanted mail.
  JUNK,
  /// Copies of sent mail.
  SENT,
  /// What is to go soon.
  TRASH
}
