package org.popinjay.pop3.session;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Boards;
import org.popinjay.mailstore.Boards.OpenBoard;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.UidlFormat;
import org.popinjay.pop3.response.Wording;

/// What a session in TRANSACTION state knows between commands: the maildrop as it was at sign-in,
/// and the marks made since (RFC 1939, section 5); or a bulletin board that it has left its
/// maildrop for (RFC 1082).
///
/// Belongs to whoever runs the session's commands at the moment, but for [#updating].
public final class Pop3Session {
  private final Boards boards;
  private final UidlFormat format;
  private final Wording wording;
  private final boolean asciiHeadersOnly;
  private final StoreTrouble trouble;
  private final BitSet deleted = new BitSet();
  private final BitSet seen = new BitSet();
  private final BitSet fetched = new BitSet();
  private final Retention retention;

  private Maildrop maildrop;
  private UidlFormat.Writer uniqueIds;
  private volatile @Nullable String board;
  private int lastSeenAtStart;
  private int messages;
  private long octets;
  private int last;
  private long retrievedMessages;
  private long retrievedOctets;
  private int removedMessages;
  private long removedOctets;
  private int leftMessages;
  private long leftOctets;
  private int markedSeen;
  private volatile boolean updating;

  /// Hears of what the store could not do, for the log and for metrics.
  public interface StoreTrouble {

    /// The store failed.
    ///
    /// @param doing what was to be done, in words for the log
    void happened(String doing, StoreFailure failure);
  }

  /// Looks through the maildrop once; needs no disk.
  ///
  /// @param boards what XTND BBOARDS leads to
  /// @param retention what QUIT removes besides
  /// @param wording the free text of its answers
  /// @param asciiHeadersOnly whether messages with UTF-8 in their headers are not to be sent (RFC
  ///   6856, section 4)
  /// @param trouble told from the thread that runs the session's commands
  public Pop3Session(
      Maildrop maildrop,
      Boards boards,
      UidlFormat format,
      Retention retention,
      Wording wording,
      boolean asciiHeadersOnly,
      StoreTrouble trouble) {
    this.boards = boards;
    this.format = format;
    this.maildrop = maildrop;
    this.retention = retention;
    this.wording = wording;
    this.asciiHeadersOnly = asciiHeadersOnly;
    this.trouble = trouble;
    this.uniqueIds = format.in(maildrop.uidValidity());
    count();
    this.leftMessages = messages;
    this.leftOctets = octets;
  }

  /// Counts what is in the maildrop.
  private void count() {
    messages = maildrop.count();
    octets = 0;
    int highestSeen = 0;
    for (int number = 1; number <= messages; number++) {
      octets += maildrop.octets(number);
      if (maildrop.flags(number).has(Flag.SEEN)) {
        highestSeen = number;
      }
    }
    lastSeenAtStart = highestSeen;
    last = highestSeen;
  }

  /// The boards that it may turn to.
  public Boards boards() {
    return boards;
  }

  /// The name of the board that it reads; null while that is the maildrop. From any thread.
  public @Nullable String board() {
    return board;
  }

  /// Turns to a board and closes what was open; there is no way back to the maildrop, whose marks
  /// are carried out or forgotten (RFC 1082).
  public void turnTo(OpenBoard opened) {
    maildrop.close();
    maildrop = opened.drop();
    board = opened.board().name();
    uniqueIds = format.in(maildrop.uidValidity());
    deleted.clear();
    seen.clear();
    fetched.clear();
    count();
  }

  /// The claimed mailbox, or the board.
  public Maildrop maildrop() {
    return maildrop;
  }

  /// The free text of its answers.
  public Wording wording() {
    return wording;
  }

  /// Whether messages with UTF-8 in their headers are not to be sent.
  public boolean asciiHeadersOnly() {
    return asciiHeadersOnly;
  }

  /// Writes the unique-ids of this maildrop.
  public UidlFormat.Writer uniqueIds() {
    return uniqueIds;
  }

  /// Messages that are not marked for removal.
  public int messages() {
    return messages;
  }

  /// Octets of the messages that are not marked for removal.
  public long octets() {
    return octets;
  }

  /// Why a number cannot be used, or null if it can (RFC 1939, section 5).
  ///
  /// @param number 1 or more
  public @Nullable Err refusal(int number) {
    if (number > maildrop.count()) {
      return wording.noSuchMessage(number, maildrop.count());
    }
    return deleted.get(number) ? wording.alreadyDeleted(number) : null;
  }

  /// Whether a message is marked for removal.
  public boolean deleted(int number) {
    return deleted.get(number);
  }

  /// Marks a message for removal.
  public void delete(int number) {
    deleted.set(number);
    messages--;
    octets -= maildrop.octets(number);
    accessed(number);
  }

  /// Takes all marks for removal back; those of what was read stay, since it was read (RFC 1939,
  /// section 5). LAST starts anew (RFC 1081).
  public void reset() {
    for (int number = deleted.nextSetBit(0); number >= 0; number = deleted.nextSetBit(number + 1)) {
      messages++;
      octets += maildrop.octets(number);
    }
    deleted.clear();
    last = lastSeenAtStart;
  }

  /// Notes for LAST that a message was asked for.
  public void accessed(int number) {
    last = Math.max(last, number);
  }

  /// Notes that the whole of a message was handed to the socket.
  public void retrieved(int number) {
    retrievedMessages++;
    retrievedOctets += maildrop.octets(number);
    if (board != null) {
      return;
    }
    fetched.set(number);
    if (!maildrop.flags(number).has(Flag.SEEN)) {
      seen.set(number);
    }
  }

  /// The highest message number accessed; before any, the highest one that was read in an earlier
  /// session; 0 for none (RFC 1081).
  public int last() {
    return last;
  }

  /// Whether there is anything to write at the end.
  public boolean changed() {
    return !seen.isEmpty() || !removals().isEmpty();
  }

  /// Numbers of the messages to remove: those that are marked, and those whose time is over.
  public BitSet removals() {
    var numbers = (BitSet) deleted.clone();
    if (retention.ends() && board == null) {
      for (int number = 1; number <= maildrop.count(); number++) {
        boolean read = fetched.get(number) || maildrop.flags(number).has(Flag.SEEN);
        if (retention.isOver(fetched.get(number), read, maildrop.arrived(number))) {
          numbers.set(number);
        }
      }
    }
    return numbers;
  }

  /// Numbers of the messages that were read in this session and are to stay.
  public BitSet newlySeen() {
    var numbers = (BitSet) seen.clone();
    numbers.andNot(removals());
    return numbers;
  }

  /// Messages marked for removal.
  public int deletedMessages() {
    return maildrop.count() - messages;
  }

  /// Notes what an update came to.
  public void updated(Maildrop.Committed done) {
    removedMessages += done.removed();
    removedOctets += done.removedOctets();
    leftMessages = done.left();
    leftOctets = done.leftOctets();
    markedSeen = newlySeen().cardinality();
  }

  /// Passes on what the store could not do.
  public void storeFailed(String doing, StoreFailure failure) {
    trouble.happened(doing, failure);
  }

  /// Messages that were removed for good.
  public int removedMessages() {
    return removedMessages;
  }

  /// Octets of the messages that were removed for good.
  public long removedOctets() {
    return removedOctets;
  }

  /// Messages that are still there, as far as this session knows.
  public int leftMessages() {
    return leftMessages;
  }

  /// Their octets.
  public long leftOctets() {
    return leftOctets;
  }

  /// Messages that were marked as seen for good.
  public int markedSeen() {
    return markedSeen;
  }

  /// Messages sent whole.
  public long retrievedMessages() {
    return retrievedMessages;
  }

  /// Octets of the messages sent whole.
  public long retrievedOctets() {
    return retrievedOctets;
  }

  /// Whether the deletions are being carried out, and the session must not be cut. From any thread.
  public boolean updating() {
    return updating;
  }

  /// Enters the UPDATE state (RFC 1939, section 6).
  public void update() {
    updating = true;
  }

  /// Leaves it again, to go on.
  public void goOn() {
    updating = false;
  }
}
