package org.popinjay.mailstore.mbox;

import java.util.Locale;

/// The message in front of a spool in which other programs keep the state of the mailbox, and which
/// nobody is shown.
final class PseudoMessage {
  /// What UW and Dovecot give it for a subject.
  static final String SUBJECT = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA";

  /// Longest body in octets; a sender who copies all marks can hide no more than this.
  static final int LONGEST_BODY = 2048;

  private PseudoMessage() {}

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
