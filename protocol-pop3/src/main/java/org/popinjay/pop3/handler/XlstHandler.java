package org.popinjay.pop3.handler;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.command.Pop3Command.Extension;
import org.popinjay.pop3.response.LineMaker;
import org.popinjay.pop3.response.Pop3Response.Made;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers XTND XLST (popper): the first field of a name in one message, or in each that has it.
/// May block on the spool and on the client.
///
/// A line has the message's number in front, so that none begins with a dot; those of a folded
/// field begin with a blank. Neither LAST nor what counts as read changes.
final class XlstHandler {
  private static final Ok FIRST = new Ok("xlst command accepted; headers coming.");

  /// Octets of a message that are read at once.
  private static final int PIECE_OCTETS = 4 * 1024;

  Outcome headers(Pop3Session session, Extension.Headers command, Pop3Output out) {
    int number = command.number();
    if (number > session.maildrop().count()) {
      return out.send(session.wording().noSuchMessage(number, session.maildrop().count()));
    }
    int from = number == 0 ? 1 : number;
    int to = number == 0 ? session.maildrop().count() : number;
    return out.send(
        new Made(FIRST, taker -> new Search(session, command.field(), taker).go(from, to)));
  }

  /// One command being carried out.
  private static final class Search {
    private final Pop3Session session;
    private final String field;
    private final LineMaker.Taker taker;
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_OCTETS);

    Search(Pop3Session session, String field, LineMaker.Taker taker) {
      this.session = session;
      this.field = field;
      this.taker = taker;
    }

    boolean go(int from, int to) {
      boolean going = true;
      for (int number = from; going && number <= to; number++) {
        if (!session.deleted(number)) {
          going = taker.waits() && message(number);
        }
      }
      return going;
    }

    /// A message that is gone has no fields.
    private boolean message(int number) {
      return switch (session.maildrop().content(number)) {
        case StoreResult.Failed<MessageContent>(StoreFailure failure) -> {
          session.storeFailed("open message " + number, failure);
          yield true;
        }
        case StoreResult.Done<MessageContent>(MessageContent content) -> {
          try (content) {
            yield message(number, content);
          }
        }
      };
    }

    private boolean message(int number, MessageContent content) {
      var finder = new FieldFinder(field, session.wording().findsFieldsByBeginning());
      boolean numbered = false;
      while (!finder.done()) {
        switch (content.read(piece.clear())) {
          case Chunk.Octets(int count) when count == 0 -> {
            return true;
          }
          case Chunk.Octets _ -> piece.flip();
          case Chunk.Lost(StoreFailure failure) -> {
            session.storeFailed("read message " + number, failure);
            return false;
          }
        }
        while (piece.hasRemaining()) {
          var found = finder.next(piece);
          if (found.hasRemaining()) {
            boolean first = !numbered;
            numbered = true;
            if ((first && !taker.take(ByteBuffer.wrap((number + " ").getBytes(US_ASCII))))
                || !taker.take(found)) {
              return false;
            }
          }
        }
      }
      return true;
    }
  }
}
