package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.mailstore.board.BoardNames;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.popinjay.mailstore.mbox.mailbox.MboxBox;
import org.popinjay.mailstore.mbox.mailbox.MboxMaildrop;
import org.popinjay.mailstore.mbox.mailbox.Neighbours;
import org.popinjay.mailstore.mbox.mailbox.SpoolRegistry;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.state.StateDirectory;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Identity;

/// The boards of this engine as one reader finds them: spools in a folder, each opened once for all
/// who read it.
///
/// Whether a reader may read a board is asked each time that he opens it; then he keeps it, as he
/// would an open file. What is remembered of boards lies in the state directory as if they were the
/// mailboxes of one user, so that their UIDs are the same for everybody.
final class MboxBoards implements Boards {
  private static final AccountOwner KEEPER =
      new AccountOwner(StateDirectory.BOARDS, Accounts.own(), null);

  private static final StoreFailure.ReadOnly READ_ONLY =
      new StoreFailure.ReadOnly("boards can only be read");

  private final SpoolRegistry registry;
  private final BoardFolder current;
  private final Optional<BoardFolder> archive;
  private final Identity reader;
  private final Neighbours neighbours;

  /// @param neighbours what the reader can copy messages to
  MboxBoards(
      SpoolRegistry registry,
      BoardFolder current,
      Optional<BoardFolder> archive,
      Identity reader,
      Neighbours neighbours) {
    this.registry = registry;
    this.current = current;
    this.archive = archive;
    this.reader = reader;
    this.neighbours = neighbours;
  }

  @Override
  public boolean offered() {
    return true;
  }

  @Override
  public StoreResult<List<Board>> list() {
    try {
      var boards = new ArrayList<Board>();
      for (var name : current.names(reader)) {
        // One that cannot be read now is not listed now.
        switch (look(name)) {
          case StoreResult.Done<Board>(Board board) -> boards.add(board);
          case StoreResult.Failed<Board>(StoreFailure.NotFound _) -> {}
          case StoreResult.Failed<Board>(var failure) -> current.unreadable(name, failure.detail());
        }
      }
      return StoreResult.done(List.copyOf(boards));
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private StoreResult<Board> look(String name) {
    return use(name, Part.CURRENT)
        .flatMap(use -> {
          try (use) {
            return use.mailbox().picture().map(picture -> board(name, picture));
          }
        });
  }

  private static Board board(String name, Picture picture) {
    return new Board(name, picture.uidNext() - 1);
  }

  /// Begins a use of a board.
  private StoreResult<SpoolRegistry.Use> use(String name, Part part) {
    var folder =
        switch (part) {
          case CURRENT -> Optional.of(current);
          case ARCHIVE -> archive;
        };
    try {
      if (folder.isEmpty() || !folder.get().has(name, reader)) {
        return StoreResult.failed(new StoreFailure.NotFound("no board " + name));
      }
      var place =
          SpoolPlace.board(nameInState(name, part), folder.get().path(), BoardNames.file(name));
      var use = registry.use(KEEPER, place);
      use.mailbox().readBy(reader);
      return StoreResult.done(use);
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private static MailboxName nameInState(String name, Part part) {
    return new MailboxName(
        switch (part) {
          case CURRENT -> "current/" + name;
          case ARCHIVE -> "archive/" + name;
        });
  }

  @Override
  public StoreResult<Mailbox> open(String name) {
    return use(name, Part.CURRENT).map(use -> new MboxBox(registry, neighbours, use, () -> {}));
  }

  @Override
  public StoreResult<OpenBoard> read(String name, Part part) {
    return use(name, part)
        .flatMap(use -> {
          var opened =
              use.mailbox()
                  .picture()
                  .map(picture ->
                      new OpenBoard(
                          board(name, picture),
                          new MboxMaildrop(use, picture, () -> true, READ_ONLY, () -> {})));
          if (opened instanceof StoreResult.Failed<OpenBoard>) {
            use.close();
          }
          return opened;
        });
  }

  @Override
  public StoreResult<Description> describe(String name) {
    return use(name, Part.CURRENT)
        .flatMap(use -> {
          try (use) {
            var notes = current.notes(name, reader);
            return use.mailbox()
                .picture()
                .map(picture -> new Description(board(name, picture), notes, newest(picture)));
          } catch (IOException e) {
            return StoreResult.failed(StoreFailures.of(e));
          }
        });
  }

  private static Optional<InternalDate> newest(Picture picture) {
    if (picture.count() == 0) {
      return Optional.empty();
    }
    var table = picture.table();
    int row = table.rowAt(picture.count() - 1);
    return Optional.of(new InternalDate(table.internalDate(row), table.zoneMinutes(row)));
  }
}
