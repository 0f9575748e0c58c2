package org.popinjay.pop3.handler;

import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.Text;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers RETR and TOP (RFC 1939, sections 5 and 7). May block on the spool and on the client.
public final class RetrHandler {
  /// Sends a whole message. It counts as read once its last octet was handed to the socket.
  public Outcome retr(Pop3Session session, Pop3Command.Retr command, Pop3Output out) {
    int number = command.number();
    var refusal = session.refusal(number);
    if (refusal != null) {
      return out.send(refusal);
    }
    session.accessed(number);
    var first = Wording.octets(session.maildrop().octets(number));
    var outcome = out.send(text(session, number, first, Text.WHOLE));
    if (outcome == Outcome.DONE) {
      session.retrieved(number);
    }
    return outcome;
  }

  /// Sends the header and the first lines of the body. Does not count as read.
  public Outcome top(Pop3Session session, Pop3Command.Top command, Pop3Output out) {
    int number = command.number();
    var refusal = session.refusal(number);
    if (refusal != null) {
      return out.send(refusal);
    }
    session.accessed(number);
    var first = session.wording().top(session.maildrop().octets(number));
    return out.send(text(session, number, first, command.lines()));
  }

  private Pop3Response text(Pop3Session session, int number, Ok first, int bodyLinesMax) {
    var content = session.maildrop().content(number);
    if (session.asciiHeadersOnly()
        && content instanceof StoreResult.Done<MessageContent>(MessageContent looked)) {
      if (!hasAsciiHeader(looked)) {
        return Wording.needsUtf8(number);
      }
      content = session.maildrop().content(number);
    }
    return switch (content) {
      case StoreResult.Done<MessageContent>(MessageContent text) ->
          new Text(first, text, bodyLinesMax);
      case StoreResult.Failed<MessageContent>(var failure) -> {
        session.storeFailed("open message " + number, failure);
        yield Wording.notRead(number, failure);
      }
    };
  }

  /// Whether every octet up to the blank line is US-ASCII; of what is there, if some is lost.
  /// Closes the content.
  private static boolean hasAsciiHeader(MessageContent content) {
    try (var octets = new MessageOctets(content)) {
      boolean lineEmpty = true;
      for (int octet = octets.next(); octet != MessageOctets.END; octet = octets.next()) {
        if (octet > 0x7F) {
          return false;
        }
        if (octet == '\n') {
          if (lineEmpty) {
            return true;
          }
          lineEmpty = true;
        } else if (octet != '\r') {
          lineEmpty = false;
        }
      }
      return true;
    }
  }
}
