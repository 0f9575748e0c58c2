package org.popinjay.mailstore.mbox;

import java.util.Optional;
import org.popinjay.config.BulletinsConfig;

/// What old servers did when a user signed in, and what their users and programs still count on.
///
/// @param bulletins who hands bulletins out, if there are any
/// @param inImap what IMAP users get of them
record Heritage(Optional<BulletinPost> bulletins, BulletinsConfig.Imap inImap) {
  /// Nothing of it.
  static final Heritage NONE = new Heritage(Optional.empty(), BulletinsConfig.Imap.OFF);

  /// Who puts bulletins into INBOX when an IMAP session selects it.
  Optional<BulletinPost> deliveringInImap() {
    return inImap == BulletinsConfig.Imap.DELIVER ? bulletins : Optional.empty();
  }
}
