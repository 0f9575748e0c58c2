package org.popinjay.pop3.handler;

import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.response.Pop3Response.Identified;
import org.popinjay.pop3.response.Pop3Response.Listing;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers UIDL (RFC 1939, section 7). Needs no disk.
public final class UidlHandler {

  /// Lists the unique-id of one message, or of each that is not marked for removal.
  public Outcome uidl(Pop3Session session, Pop3Command.Uidl command, Pop3Output out) {
    int number = command.number();
    if (number == 0) {
      return out.send(
          new Listing(
              session.wording().uniqueIds(session.messages(), session.octets()),
              new MessageRows(session, UidlHandler::id)));
    }
    var refusal = session.refusal(number);
    return out.send(
        refusal == null
            ? new Identified(number, session.uniqueIds().text(session.maildrop(), number))
            : refusal);
  }

  private static int id(Pop3Session session, int number, byte[] into, int at) {
    return session.uniqueIds().write(session.maildrop(), number, into, at);
  }
}
