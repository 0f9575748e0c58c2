package org.popinjay.imap.session;

import org.popinjay.imap.message.MessageReader;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;

/// The mailbox that a session has selected, and what its client was told of it.
public final class SelectedMailbox implements AutoCloseable {

  /// Keywords that are offered whether somebody used them yet or not (RFC 9051, section 2.3.2).
  private static final Keywords OFFERED =
      Keywords.of(
          "$Forwarded",
          "$MDNSent",
          "$Junk",
          "$NonJunk",
          "$Phishing",
          "$Important",
          "$Submitted",
          "$SubmitPending");

  private final MailboxName name;
  private final Mailbox mailbox;
  private final MailboxView view;
  private final Mailbox.Watch watch;
  private final MessageReader reader;
  private final boolean keepsModSeq;
  private Keywords keywordsTold;

  /// Takes all of them over.
  ///
  /// @param name the name it was selected by
  public SelectedMailbox(MailboxName name, Mailbox mailbox, MailboxView view, Mailbox.Watch watch) {
    this.name = name;
    this.mailbox = mailbox;
    this.view = view;
    this.watch = watch;
    this.reader = new MessageReader(view);
    this.keepsModSeq = !view.highestModSeq().equals(ModSeq.ZERO);
    this.keywordsTold = keywords();
  }

  /// The name it was selected by.
  public MailboxName name() {
    return name;
  }

  /// The session's picture of it.
  public MailboxView view() {
    return view;
  }

  /// Finds out what FETCH asks of its messages.
  public MessageReader reader() {
    return reader;
  }

  /// Whether the session may change it (SELECT and not EXAMINE, and the mailbox allows it).
  public boolean writable() {
    return view.writable();
  }

  /// Whether its changes have mod-sequences (RFC 7162, section 3.1.2.2).
  public boolean keepsModSeq() {
    return keepsModSeq;
  }

  /// Keywords that messages may show: those in use, and those that are offered.
  public Keywords keywords() {
    return takesKeywords() ? view.keywords().with(OFFERED.list()) : view.keywords();
  }

  /// Keywords that are kept when they are set; none in a mailbox that cannot be changed.
  public Keywords permanentKeywords() {
    return writable() ? keywords() : Keywords.NONE;
  }

  /// Whether new keywords can be made.
  public boolean takesKeywords() {
    return writable() && view.takesKeywords();
  }

  /// Tells of keywords that came up since they were last told; due before any response that shows
  /// flags (RFC 9051, section 7.3.5).
  ///
  /// @return false once nothing can be sent any more
  public boolean tellKeywords(ImapOutput out) {
    var keywords = keywords();
    if (keywords.equals(keywordsTold)) {
      return true;
    }
    keywordsTold = keywords;
    return out.send(new ImapResponse.FlagsDefined(keywords));
  }

  @Override
  public void close() {
    watch.close();
    reader.close();
    view.close();
    mailbox.close();
  }
}
