package org.popinjay.mailstore;

import java.util.List;
import java.util.Optional;

/// Mailboxes that many read and somebody else keeps, as one reader finds them: bulletin boards.
///
/// They stand beside the tree of an account and not in it. Nothing can be changed in them, and a
/// board that the reader may not read is not there for him. Thread-safe; methods may block unless
/// they say otherwise.
public interface Boards {

  /// There are none.
  Boards NONE = new Boards() {};

  /// Whether there can be any at all. Never blocks.
  default boolean offered() {
    return false;
  }

  /// All that the reader may read, by name.
  default StoreResult<List<Board>> list() {
    return StoreResult.done(List.of());
  }

  /// Opens one as a mailbox. Fails with [StoreFailure.NotFound].
  default StoreResult<Mailbox> open(String name) {
    return StoreResult.failed(new StoreFailure.NotFound("there are no boards"));
  }

  /// Opens one, or what was taken out of it, as a maildrop whose numbers are fixed, which needs no
  /// claim: any number of sessions may have it. Fails with [StoreFailure.NotFound].
  default StoreResult<OpenBoard> read(String name, Part part) {
    return StoreResult.failed(new StoreFailure.NotFound("there are no boards"));
  }

  /// What there is to know of one. Fails with [StoreFailure.NotFound].
  default StoreResult<Description> describe(String name) {
    return StoreResult.failed(new StoreFailure.NotFound("there are no boards"));
  }

  /// A board.
  ///
  /// @param name letters, digits and `.` `_` `+` `-`
  /// @param highestUid the highest UID that a message of it ever had; 0 if there was none
  record Board(String name, long highestUid) {}

  /// Which messages of a board.
  enum Part {
    /// Those that are on it.
    CURRENT,
    /// Those that were taken off it and kept.
    ARCHIVE
  }

  /// A board that was opened.
  ///
  /// @param drop whoever gets it closes it; keeps no marks and removes nothing
  record OpenBoard(Board board, Maildrop drop) {}

  /// What there is to know of a board.
  ///
  /// @param newest when its last message arrived, if there is one
  record Description(Board board, BoardNotes notes, Optional<InternalDate> newest) {}
}
