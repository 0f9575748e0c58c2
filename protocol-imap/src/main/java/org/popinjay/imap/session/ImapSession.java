package org.popinjay.imap.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.wire.SessionEvents.Limit;

/// What a session knows between commands, once somebody is signed in (RFC 9051, section 3): the
/// user's account, the dialect, and the mailbox that is selected.
///
/// Belongs to whoever runs the session's commands at the moment.
public final class ImapSession {
  private final Account account;
  private final List<String> capabilities;
  private final Surroundings surroundings;
  private final SessionCounts counts = new SessionCounts();

  private ImapDialect dialect = ImapDialect.REV1;
  private volatile @Nullable SelectedMailbox selected;
  private boolean compressed;

  /// What a session hears from where it runs, and tells it.
  public interface Surroundings {

    /// Whether a command that names sequence numbers waits to be carried out. From the thread that
    /// runs the session's commands.
    boolean numbersWaiting();

    /// The mailbox that is selected changed. From any thread; must not block.
    void mailboxChanged();

    /// A limit of this server was reached. From the thread that runs the session's commands.
    void limitReached(Limit limit);

    /// The store failed. From the thread that runs the session's commands.
    ///
    /// @param doing what was to be done, in words for the log
    void storeFailed(String doing, StoreFailure failure);
  }

  /// @param account the user's mailboxes
  /// @param capabilities what is announced once somebody is signed in
  public ImapSession(Account account, List<String> capabilities, Surroundings surroundings) {
    this.account = account;
    this.capabilities = List.copyOf(capabilities);
    this.surroundings = surroundings;
  }

  /// The user's mailboxes.
  public Account account() {
    return account;
  }

  /// What is announced now.
  public List<String> capabilities() {
    return capabilities;
  }

  /// Whether what is sent and received is compressed.
  public boolean compressed() {
    return compressed;
  }

  /// Notes that what is sent from here on is compressed.
  public void compress() {
    compressed = true;
  }

  /// How the connection speaks now.
  public ImapDialect dialect() {
    return dialect;
  }

  /// Has the connection speak otherwise from the next response on.
  public void speak(ImapDialect next) {
    dialect = next;
  }

  /// What it did so far.
  public SessionCounts counts() {
    return counts;
  }

  /// The mailbox that is selected, or null. Others may ask for its name.
  public @Nullable SelectedMailbox selected() {
    return selected;
  }

  /// The mailbox that is selected.
  ///
  /// @throws IllegalStateException when there is none
  public SelectedMailbox mailbox() {
    if (selected == null) {
      throw new IllegalStateException("no mailbox is selected");
    }
    return selected;
  }

  /// The picture of the mailbox that is selected.
  ///
  /// @throws IllegalStateException when there is none
  public MailboxView view() {
    return mailbox().view();
  }

  /// Enters the selected state; whatever was selected before must be gone.
  public void select(SelectedMailbox mailbox) {
    if (selected != null) {
      throw new IllegalStateException("a mailbox is selected already");
    }
    selected = mailbox;
  }

  /// Leaves the selected state, if it is in it.
  public void deselect() {
    if (selected != null) {
      selected.close();
      selected = null;
    }
  }

  /// Writes what other programs should see of the mailbox that is selected, and leaves it.
  public void leave() {
    flush();
    deselect();
  }

  /// Writes what other programs should see of the mailbox that is selected.
  public void flush() {
    if (selected != null
        && selected.writable()
        && selected.view().flush() instanceof StoreResult.Failed<Boolean>(var failure)) {
      storeFailed("write flags", failure);
    }
  }

  /// What to call when the mailbox that is selected changes.
  public Runnable changed() {
    return surroundings::mailboxChanged;
  }

  /// Whether expunges by others have to wait, since a command with sequence numbers was sent
  /// already.
  public boolean numbersWaiting() {
    return surroundings.numbersWaiting();
  }

  /// A command came that enables mod-sequences (RFC 7162, section 3.1): if it is the first, tells
  /// the highest one of the mailbox that is selected, if it has any.
  ///
  /// @return false once nothing can be sent any more
  public boolean enableCondstore(ImapOutput out) {
    if (dialect.condstore()) {
      return true;
    }
    speak(dialect.withCondstore());
    return selected == null
        || !selected.keepsModSeq()
        || out.send(
            new ImapResponse.Notice(
                Condition.OK,
                new ResponseCode.HighestModSeq(selected.view().highestModSeq()),
                "mod-sequences are on"));
  }

  /// A command came that counts on mod-sequences of the mailbox that is selected, which enables
  /// them.
  ///
  /// @return what to answer in its place where there are none (RFC 7162, section 3.1.2.2), or null
  public @Nullable Outcome useModSeq(ImapOutput out) {
    if (!mailbox().keepsModSeq()) {
      return Outcome.bad("this mailbox has no mod-sequences");
    }
    return enableCondstore(out) ? null : Outcome.CutOff.CUT_OFF;
  }

  /// Whether mod-sequences are told with flags (RFC 7162, section 3.1).
  public boolean tellsModSeq() {
    return dialect.condstore() && mailbox().keepsModSeq();
  }

  /// Whether removals are told by their UIDs (RFC 7162, section 3.2.10).
  public boolean tellsVanished() {
    return dialect.qresync() && mailbox().keepsModSeq();
  }

  /// What to answer when the store did not do something; the log hears of it where that is due.
  ///
  /// @param doing what was to be done, in words for the log
  public Outcome refused(String doing, StoreFailure failure) {
    surroundings.storeFailed(doing, failure);
    Refusals.limit(failure).ifPresent(surroundings::limitReached);
    return Refusals.of(failure);
  }

  /// Passes on that a limit was reached.
  public void limitReached(Limit limit) {
    surroundings.limitReached(limit);
  }

  /// What to answer to a command that asks for more than may be.
  public Outcome beyond(Limit limit, ResponseCode code, String text) {
    surroundings.limitReached(limit);
    return Outcome.no(code, text);
  }

  /// Passes on what the store could not do, where the client is told nothing.
  public void storeFailed(String doing, StoreFailure failure) {
    surroundings.storeFailed(doing, failure);
  }
}
