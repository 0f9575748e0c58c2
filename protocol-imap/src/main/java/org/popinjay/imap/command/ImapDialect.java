package org.popinjay.imap.command;

/// How a connection speaks: what ENABLE and its like have switched on so far. The one thing that
/// parser and writer know of a session.
///
/// @param rev2 IMAP4rev2 (RFC 9051, appendix A)
/// @param utf8 UTF8=ACCEPT (RFC 6855, section 3)
/// @param condstore mod-sequences were asked for (RFC 7162, section 3.1)
/// @param qresync VANISHED takes the place of EXPUNGE (RFC 7162, section 3.2)
public record ImapDialect(boolean rev2, boolean utf8, boolean condstore, boolean qresync) {

  /// Where every connection starts: RFC 3501.
  public static final ImapDialect REV1 = new ImapDialect(false, false, false, false);

  /// Checks what follows from what.
  public ImapDialect {
    if (qresync && !condstore) {
      throw new IllegalArgumentException("qresync without condstore");
    }
  }

  /// Whether mailbox names and quoted strings are UTF-8.
  public boolean unicode() {
    return rev2 || utf8;
  }

  /// With IMAP4rev2.
  public ImapDialect withRev2() {
    return new ImapDialect(true, utf8, condstore, qresync);
  }

  /// With UTF8=ACCEPT.
  public ImapDialect withUtf8() {
    return new ImapDialect(rev2, true, condstore, qresync);
  }

  /// With mod-sequences.
  public ImapDialect withCondstore() {
    return new ImapDialect(rev2, utf8, true, qresync);
  }

  /// With VANISHED, and mod-sequences too (RFC 7162, section 3.2.3).
  public ImapDialect withQresync() {
    return new ImapDialect(rev2, utf8, true, true);
  }
}
