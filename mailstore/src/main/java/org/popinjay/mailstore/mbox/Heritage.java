package org.popinjay.mailstore.mbox;

import java.util.Optional;
import org.popinjay.config.BulletinsConfig;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.mailstore.mbox.bulletin.BulletinPost;
import org.popinjay.mailstore.mbox.bulletin.BulletinShelf;

/// What old servers did when a user signed in, and what their users and programs still count on.
///
/// @param bulletins who hands bulletins out, if there are any
/// @param shelf where they stand as a mailbox, if IMAP users get them so
/// @param inImap what IMAP users get of them
/// @param boards folder of the bulletin boards, if there are any
/// @param archive folder of what was taken off them
/// @param popLockFile whether a claim holds the lock of popper and qpopper, too
record Heritage(
    Optional<BulletinPost> bulletins,
    Optional<BulletinShelf> shelf,
    BulletinsConfig.Imap inImap,
    Optional<BoardFolder> boards,
    Optional<BoardFolder> archive,
    boolean popLockFile) {

  /// Who puts bulletins into INBOX when an IMAP session selects it.
  Optional<BulletinPost> deliveringInImap() {
    return inImap == BulletinsConfig.Imap.DELIVER ? bulletins : Optional.empty();
  }
}
