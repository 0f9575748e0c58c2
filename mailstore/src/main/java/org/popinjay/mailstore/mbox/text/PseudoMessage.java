package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The message in front of a spool in which other programs keep the state of the mailbox, and which
/// nobody is shown.
public final class PseudoMessage {
  /// What UW and Dovecot give it for a subject.
  static final String SUBJECT = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA";

  /// Longest body in octets; a sender who copies all marks can hide no more than this.
  static final int LONGEST_BODY = 2048;

  private PseudoMessage() {}

  /// Prints one, with its From_ line and the separator behind it.
  ///
  /// @param host name of the machine, of letters, digits, dots and hyphens
  public static byte[] print(ImapBase base, Instant now, ZoneId zone, String host) {
    String fromLine = new String(FromLine.print("MAILER-DAEMON", now, zone), US_ASCII);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(zone));
    String rest =
        """
        Date: %s
        From: Mail System Internal Data <MAILER-DAEMON@%s>
        Subject: %s
        Message-ID: <%d@%s>
        X-IMAP: %s
        Status: RO

        This message is not from anybody. Mail programs that work on this file keep the state of
        the mailbox in it. If it is removed, that state is lost and begins anew.

        """
            .formatted(date, host, SUBJECT, now.getEpochSecond(), host, base.print());
    return (fromLine + rest).getBytes(US_ASCII);
  }

  /// Whether the value of a From field names MAILER-DAEMON, at any host.
  static boolean isMailerDaemon(String from) {
    int opening = from.lastIndexOf('<');
    int closing = from.lastIndexOf('>');
    String address =
        opening < closing && opening >= 0 ? from.substring(opening + 1, closing) : from;
    int at = address.lastIndexOf('@');
    String local = at >= 0 ? address.substring(0, at) : address;
    return local.strip().toUpperCase(Locale.ROOT).equals("MAILER-DAEMON");
  }
}
