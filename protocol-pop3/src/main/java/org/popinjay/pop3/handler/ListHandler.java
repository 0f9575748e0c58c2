package org.popinjay.pop3.handler;

import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.response.Ascii;
import org.popinjay.pop3.response.Pop3Response.Listed;
import org.popinjay.pop3.response.Pop3Response.Listing;
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
              new MessageRows(session, ListHandler::size)));
    }
    var refusal = session.refusal(number);
    return out.send(
        refusal == null ? new Listed(number, session.maildrop().octets(number)) : refusal);
  }

  private static int size(Pop3Session session, int number, byte[] into, int at) {
    return Ascii.decimal(session.maildrop().octets(number), into, at);
  }
}
