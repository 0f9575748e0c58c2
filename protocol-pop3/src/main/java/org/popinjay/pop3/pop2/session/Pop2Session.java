package org.popinjay.pop3.pop2.session;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.NamePrefixes;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.pop2.command.Pop2Command;
import org.popinjay.pop3.pop2.response.Pop2Response.Count;
import org.popinjay.pop3.pop2.response.Pop2Response.Length;
import org.popinjay.pop3.pop2.response.Pop2Response.Minus;
import org.popinjay.pop3.pop2.response.Pop2Response.Plus;
import org.popinjay.pop3.pop2.response.Pop2Response.Text;
import org.popinjay.pop3.pop2.response.WrappedText;
import org.popinjay.pop3.pop2.response.Wrapping;
import org.popinjay.pop3.pop2.session.OpenFolder.Removed;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Pop3Session.StoreTrouble;

/// A POP2 session from sign-in to the end (RFC 937): the open mailbox, its current message, and
/// what the client said of those before.
///
/// Whatever may not come now ends the session and nothing is removed. Belongs to whoever runs the
/// session's commands at the moment, but for [#updating] and [#mailbox].
public final class Pop2Session {
  /// To a command that may not come now.
  public static final Minus WRONG_STATE = new Minus("not in this state");

  private static final OpenFolder NONE = new NoFolder();

  /// The states of RFC 937 behind sign-in, by its names.
  private enum State {
    /// A mailbox is open.
    MBOX,
    /// The size of the current message was told.
    ITEM,
    /// Its text was sent, and the client has to say whether it came.
    NEXT
  }

  private final Folders folders;
  private final Wrapping wrapping;
  private final Wording wording;
  private final StoreTrouble trouble;
  private final BitSet removals = new BitSet();
  private final BitSet received = new BitSet();

  private OpenFolder folder = NONE;
  private volatile MailboxName name = MailboxName.INBOX;
  private State state = State.MBOX;
  private int current = 1;
  private long announced;

  private long retrievedMessages;
  private long retrievedOctets;
  private long removedMessages;
  private long removedOctets;
  private long leftMessages;
  private long leftOctets;
  private volatile boolean updating;

  /// Has no mailbox open yet.
  ///
  /// @param holder for whom INBOX is claimed
  /// @param prefixes what the client may put in front of names
  /// @param wrapping what is put around messages
  /// @param wording the words of errors that POP3 has, too
  /// @param trouble told from the thread that runs the session's commands
  public Pop2Session(
      Account account,
      MaildropClaims.Holder holder,
      NamePrefixes prefixes,
      Wrapping wrapping,
      Wording wording,
      StoreTrouble trouble) {
    this.folders = new Folders(account, holder, prefixes);
    this.wrapping = wrapping;
    this.wording = wording;
    this.trouble = trouble;
  }

  /// Opens the INBOX behind a sign-in. May block.
  ///
  /// @return how many messages it has
  public StoreResult<Count> begin() {
    return open(MailboxName.INBOX);
  }

  /// Carries a command out and answers it. May block, unless it is [#immediate].
  public Outcome carryOut(Pop2Command command, Pop2Output out) {
    return switch (command) {
      case Pop2Command.Helo(_, var password) -> {
        password.wipe();
        yield wrongState(out);
      }
      case Pop2Command.Quit _ -> state == State.NEXT ? wrongState(out) : quit(out);
      case Pop2Command.Fold(String mailbox) ->
          state == State.NEXT ? wrongState(out) : fold(folders.named(mailbox), out);
      case Pop2Command.Read(int number) ->
          state == State.NEXT ? wrongState(out) : read(number, out);
      case Pop2Command.Retr _ -> state == State.ITEM ? retr(out) : wrongState(out);
      case Pop2Command.Acks _ -> state == State.NEXT ? acks(out) : wrongState(out);
      case Pop2Command.Ackd _ -> state == State.NEXT ? ackd(out) : wrongState(out);
      case Pop2Command.Nack _ -> state == State.NEXT ? length(out) : wrongState(out);
    };
  }

  /// Whether a command needs only memory, and little time.
  public boolean immediate(Pop2Command command) {
    return switch (command) {
      case Pop2Command.Quit _ -> !changed();
      case Pop2Command.Fold _, Pop2Command.Retr _ -> false;
      case Pop2Command.Helo _,
          Pop2Command.Read _,
          Pop2Command.Acks _,
          Pop2Command.Ackd _,
          Pop2Command.Nack _ ->
          true;
    };
  }

  private static Outcome wrongState(Pop2Output out) {
    out.send(WRONG_STATE);
    return Outcome.REFUSED;
  }

  private Outcome read(int number, Pop2Output out) {
    if (number != Pop2Command.Read.CURRENT) {
      current = number;
    }
    return length(out);
  }

  private Outcome acks(Pop2Output out) {
    received.set(current);
    current++;
    return length(out);
  }

  private Outcome ackd(Pop2Output out) {
    removals.set(current);
    return acks(out);
  }

  /// Tells the size of the current message: 0 if there is none, or if it is to go.
  private Outcome length(Pop2Output out) {
    state = State.ITEM;
    boolean there = current >= 1 && current <= folder.count() && !removals.get(current);
    announced = there ? folder.octets(current) + wrapping.octets(folder.seen(current)) : 0;
    out.send(new Length(announced, there ? "octets in message " + current : "no such message"));
    return Outcome.DONE;
  }

  /// Sends what was announced. Where that cannot be had the client, which takes whatever comes for
  /// the message, hears nothing more.
  private Outcome retr(Pop2Output out) {
    if (announced == 0) {
      return Outcome.CUT_OFF;
    }
    return switch (folder.content(current)) {
      case StoreResult.Failed<MessageContent>(StoreFailure failure) -> {
        trouble.happened("open message " + current, failure);
        yield Outcome.CUT_OFF;
      }
      case StoreResult.Done<MessageContent>(MessageContent content) -> send(content, out);
    };
  }

  private Outcome send(MessageContent content, Pop2Output out) {
    var text = new WrappedText(content, wrapping, folder.seen(current));
    if (text.octets() != announced) {
      text.close();
      throw new IllegalStateException(
          "message of " + text.octets() + " octets (expected " + announced + ")");
    }
    if (!out.send(new Text(text))) {
      return Outcome.CUT_OFF;
    }
    state = State.NEXT;
    retrievedMessages++;
    retrievedOctets += announced;
    return Outcome.DONE;
  }

  private Outcome quit(Pop2Output out) {
    var refusal = commit(out);
    // A client that comes back at once must not find the maildrop in use.
    close();
    out.send(refusal == null ? new Plus("OK") : refusal);
    return refusal == null ? Outcome.SIGNED_OFF : Outcome.NOT_REMOVED;
  }

  private Outcome fold(MailboxName mailbox, Pop2Output out) {
    var refusal = commit(out);
    close();
    if (refusal == null) {
      return reopen(mailbox, out);
    }
    out.send(refusal);
    return Outcome.NOT_REMOVED;
  }

  private Outcome reopen(MailboxName mailbox, Pop2Output out) {
    return switch (open(mailbox)) {
      case StoreResult.Done<Count>(Count count) -> {
        out.send(count);
        yield Outcome.DONE;
      }
      case StoreResult.Failed<Count>(StoreFailure failure) -> {
        if (!(failure instanceof StoreFailure.Claimed)) {
          trouble.happened("open a mailbox", failure);
        }
        out.send(Minus.of(wording.notOpened(failure)));
        yield Outcome.STORE_FAILED;
      }
    };
  }

  private StoreResult<Count> open(MailboxName mailbox) {
    removals.clear();
    received.clear();
    return folders
        .open(mailbox)
        .map(open -> {
          folder = open;
          name = mailbox;
          leftMessages = open.count();
          leftOctets = IntStream.rangeClosed(1, open.count()).mapToLong(open::octets).sum();
          state = State.MBOX;
          current = 1;
          return new Count(
              open.count(),
              "messages in " + (open instanceof NoFolder ? "<none>" : shown(mailbox)));
        });
  }

  /// The name of a mailbox that is there, if it is short and plain.
  private static String shown(MailboxName mailbox) {
    var text = mailbox.text();
    return text.length() <= 64 && text.chars().allMatch(c -> c > ' ' && c < 0x7F)
        ? text
        : "the mailbox";
  }

  /// Removes what the client has and does not want to be kept, and notes what it has.
  ///
  /// @return why not everything is gone that was to go, or null
  private @Nullable Minus commit(Pop2Output out) {
    if (!changed()) {
      return null;
    }
    out.flush();
    updating = true;
    var result = folder.commit((BitSet) removals.clone(), newlySeen());
    updating = false;
    return switch (result) {
      case StoreResult.Done<Removed>(Removed removed) -> {
        committed(removed);
        yield removed.kept() == 0 ? null : Minus.of(Wording.NOT_ALL_REMOVED);
      }
      case StoreResult.Failed<Removed>(StoreFailure failure) -> {
        trouble.happened("update", failure);
        // That a message counts as unread again is no reason to alarm a client.
        yield removals.isEmpty() ? null : Minus.of(Wording.notCommitted(failure));
      }
    };
  }

  private void committed(Removed removed) {
    removedMessages += removed.messages();
    removedOctets += removed.octets();
    leftMessages -= removed.messages();
    leftOctets -= removed.octets();
  }

  private BitSet newlySeen() {
    var numbers = (BitSet) received.clone();
    numbers.andNot(removals);
    received.stream().filter(folder::seen).forEach(numbers::clear);
    return numbers;
  }

  private boolean changed() {
    return !removals.isEmpty() || !newlySeen().isEmpty();
  }

  /// Gives the mailbox back, and changes nothing. Never blocks.
  public void close() {
    folder.close();
    folder = NONE;
  }

  /// The mailbox that was opened last, by the name that the client gave. From any thread.
  public String mailbox() {
    return name.text();
  }

  /// Whether removals are being carried out, and the session must not be cut. From any thread.
  public boolean updating() {
    return updating;
  }

  /// Messages sent whole.
  public long retrievedMessages() {
    return retrievedMessages;
  }

  /// Octets of the messages sent whole.
  public long retrievedOctets() {
    return retrievedOctets;
  }

  /// Messages that were removed for good.
  public long removedMessages() {
    return removedMessages;
  }

  /// Octets of the messages that were removed for good.
  public long removedOctets() {
    return removedOctets;
  }

  /// Messages that are still in the mailbox that was opened last, as far as this session knows.
  public long leftMessages() {
    return leftMessages;
  }

  /// Their octets.
  public long leftOctets() {
    return leftOctets;
  }
}
