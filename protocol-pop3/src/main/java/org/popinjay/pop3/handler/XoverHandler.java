package org.popinjay.pop3.handler;

import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.response.Ascii;
import org.popinjay.pop3.response.Pop3Response.Listing;
import org.popinjay.pop3.response.Rows;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers XOVER, as Heimdal's popper did: for each message its number, subject, sender, date and
/// Message-ID as they stand in the header, octets and lines, with a TAB between them. Reads every
/// message.
public final class XoverHandler {

  /// Octets of a field that are told.
  private static final int FIELD_OCTETS_MAX = 400;

  /// Four fields, numbers, and what stands between them.
  private static final int OVERVIEW_OCTETS_MAX = 4 * FIELD_OCTETS_MAX + 64;

  /// Lists all messages that are not marked for removal.
  public Outcome xover(Pop3Session session, Pop3Output out) {
    return out.send(
        new Listing(
            session.wording().scanListing(session.messages(), session.octets()),
            new OverviewRows(session)));
  }

  private static final class OverviewRows implements Rows {
    private final Pop3Session session;
    private int number;

    OverviewRows(Pop3Session session) {
      this.session = session;
    }

    @Override
    public int longest() {
      return OVERVIEW_OCTETS_MAX;
    }

    @Override
    public int next(byte[] into, int at) {
      do {
        if (number == session.maildrop().count()) {
          return at;
        }
        number++;
      } while (session.deleted(number));
      var overview = overview();
      int end = Ascii.decimal(number, into, at);
      end = field(overview.subject(), into, end);
      end = field(overview.from(), into, end);
      end = field(overview.date(), into, end);
      end = field(overview.messageId(), into, end);
      into[end] = '\t';
      end = Ascii.decimal(session.maildrop().octets(number), into, end + 1);
      into[end] = '\t';
      return Ascii.crlf(into, Ascii.decimal(overview.lines(), into, end + 1));
    }

    private Overview overview() {
      return switch (session.maildrop().content(number).flatMap(Overview::of)) {
        case StoreResult.Done<Overview>(Overview overview) -> overview;
        case StoreResult.Failed<Overview>(StoreFailure failure) -> {
          session.storeFailed("read message " + number, failure);
          yield Overview.NONE;
        }
      };
    }

    /// A TAB and what stands in a field, with blanks for what would end it or the line.
    private static int field(String value, byte[] into, int at) {
      into[at] = '\t';
      int length = Math.min(value.length(), FIELD_OCTETS_MAX);
      for (int i = 0; i < length; i++) {
        char octet = value.charAt(i);
        into[at + 1 + i] = octet < ' ' || octet == 0x7F ? (byte) ' ' : (byte) octet;
      }
      return at + 1 + length;
    }
  }
}
