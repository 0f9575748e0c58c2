package org.popinjay.pop3.handler;

import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Boards.Board;
import org.popinjay.mailstore.Boards.Description;
import org.popinjay.mailstore.Boards.OpenBoard;
import org.popinjay.mailstore.Boards.Part;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.command.Pop3Command.Extension;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers XTND BBOARDS, ARCHIVE and X-BBOARDS (RFC 1082). Blocks on the disk.
///
/// What RFC 1082 calls maxima is the highest id that a message of a board ever had; an id is a UID
/// of IMAP.
final class BoardsHandler {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT);

  /// Lists the boards that the user may read.
  Outcome list(Pop3Session session, Pop3Output out) {
    if (!session.boards().offered()) {
      return out.send(Wording.NO_BOARD);
    }
    return switch (session.boards().list()) {
      case StoreResult.Done<List<Board>>(var boards) ->
          out.send(new Lines(Wording.BOARDS, boards.stream().map(BoardsHandler::line).toList()));
      case StoreResult.Failed<List<Board>>(StoreFailure failure) ->
          out.send(refusal(session, "list boards", failure));
    };
  }

  private static String line(Board board) {
    return board.name() + " " + board.highestUid();
  }

  /// Leaves what is open for a board.
  ///
  /// RFC 1082 closes the maildrop first. Here the board is opened first: as long as the answer is
  /// `-ERR`, the maildrop is still open. The deletions in the maildrop are carried out as by QUIT.
  Outcome open(Pop3Session session, Extension.OpenBoard command, Pop3Output out) {
    var part = command.archive() ? Part.ARCHIVE : Part.CURRENT;
    return switch (session.boards().read(command.name(), part)) {
      case StoreResult.Failed<OpenBoard>(StoreFailure failure) ->
          out.send(refusal(session, "open a board", failure));
      case StoreResult.Done<OpenBoard>(OpenBoard opened) -> {
        var refusal = leave(session, out);
        if (refusal != null) {
          opened.drop().close();
          var said = out.send(refusal);
          yield session.maildrop().claimed() ? said : Outcome.CUT_OFF;
        }
        session.turnTo(opened);
        session.goOn();
        yield out.send(new Lines(Wording.BOARDS, List.of(line(opened.board()))));
      }
    };
  }

  /// Carries out what was marked in the maildrop.
  ///
  /// @return why not all of it could be, or null
  private static @Nullable Err leave(Pop3Session session, Pop3Output out) {
    if (!session.changed()) {
      return null;
    }
    out.flush();
    session.update();
    var refusal = QuitHandler.refusal(session, QuitHandler.commit(session));
    if (refusal != null) {
      session.goOn();
    }
    return refusal;
  }

  /// Tells what there is to know of a board: fourteen lines, empty for what is not known or nobody
  /// is to know.
  Outcome describe(Pop3Session session, Extension.DescribeBoard command, Pop3Output out) {
    return switch (session.boards().describe(command.name())) {
      case StoreResult.Done<Description>(Description description) ->
          out.send(new Lines(Wording.BOARDS, lines(description)));
      case StoreResult.Failed<Description>(StoreFailure failure) ->
          out.send(refusal(session, "look at a board", failure));
    };
  }

  private static List<String> lines(Description description) {
    var notes = description.notes();
    return List.of(
        description.board().name(),
        notes.aliases(),
        "", // path of the board
        "", // path of its archive
        notes.info(),
        "", // path of its map
        "", // its password
        notes.leaders(),
        notes.address(),
        notes.request(),
        notes.feedIn(),
        notes.feedsOut(),
        notes.flags() + " " + description.board().highestUid(),
        description.newest().map(InternalDate::local).map(DATE::format).orElse(""));
  }

  private static Err refusal(Pop3Session session, String doing, StoreFailure failure) {
    if (failure instanceof StoreFailure.NotFound) {
      return Wording.NO_BOARD;
    }
    session.storeFailed(doing, failure);
    return Wording.NO_BOARD_NOW;
  }
}
