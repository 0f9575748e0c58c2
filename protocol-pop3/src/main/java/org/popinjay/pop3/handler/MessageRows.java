package org.popinjay.pop3.handler;

import org.popinjay.pop3.response.Ascii;
import org.popinjay.pop3.response.Rows;
import org.popinjay.pop3.session.Pop3Session;

/// A line for each message that is not marked for removal: its number, a space, and something.
final class MessageRows implements Rows {

  /// Prints what stands behind the number; returns where it ended.
  interface Column {
    int print(Pop3Session session, int number, byte[] into, int at);
  }

  private final Pop3Session session;
  private final Column column;
  private final int count;
  private int number;

  MessageRows(Pop3Session session, Column column) {
    this.session = session;
    this.column = column;
    this.count = session.maildrop().count();
  }

  @Override
  public int next(byte[] into, int at) {
    do {
      if (number == count) {
        return at;
      }
      number++;
    } while (session.deleted(number));
    int end = Ascii.decimal(number, into, at);
    into[end] = ' ';
    return Ascii.crlf(into, column.print(session, number, into, end + 1));
  }
}
