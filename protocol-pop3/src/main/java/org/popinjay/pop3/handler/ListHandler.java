package org.popinjay.pop3.handler;

import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.response.Ascii;
import org.popinjay.pop3.response.Pop3Response.Listed;
import org.popinjay.pop3.response.Pop3Response.Listing;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers LIST (RFC 1939, section 5). Needs no disk.
public final class ListHandler {

  /// Lists the size of one message, or of each that is not marked for removal.
  public Outcome list(Pop3Session session, Pop3Command.List command, Pop3Output out) {
    int number = command.number();
    if (number == 0) {
      return out.send(
          new Listing(
              session.wording().scanListing(session.messages(), session.octets()),
              new MessageRows(
                  session, session.board() == null ? ListHandler::size : ListHandler::sizeAndId)));
    }
    var refusal = session.refusal(number);
    if (refusal != null) {
      return out.send(refusal);
    }
    long octets = session.maildrop().octets(number);
    return out.send(
        session.board() == null
            ? new Listed(number, octets)
            : new Ok(number + " " + octets + " " + session.maildrop().uid(number).value()));
  }

  /// On a board the id of the message follows (RFC 1082).
  private static int sizeAndId(Pop3Session session, int number, byte[] into, int at) {
    int end = size(session, number, into, at);
    into[end] = ' ';
    return Ascii.decimal(session.maildrop().uid(number).value(), into, end + 1);
  }

  private static int size(Pop3Session session, int number, byte[] into, int at) {
    return Ascii.decimal(session.maildrop().octets(number), into, at);
  }
}
