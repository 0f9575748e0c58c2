package org.popinjay.mailstore.mbox.ledger;

/// What came of the index that an older server kept beside a spool.
///
/// @param messages of the spool that were found in it
/// @param flags of them, those whose flags or keywords were in the index alone
/// @param fault why nothing of it was taken over, fit for an operator; empty if it was
public record OldIndex(int messages, int flags, String fault) {
  static OldIndex refused(String fault) {
    return new OldIndex(0, 0, fault);
  }
}
