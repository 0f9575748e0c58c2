package org.popinjay.mailstore;

/// An engine and the world around it, as the contract needs them.
///
/// The world is what an engine's users cannot do: delivering mail, removing it behind the backs of
/// all sessions, restarting. Deliveries may come from several threads at once.
public interface StoreRig extends AutoCloseable {

  /// The engine; another one after [#reopen].
  MailStore store();

  /// A user; two names are two users. A user who was never delivered to has no mail.
  AccountOwner owner(String name);

  /// Delivers a message as a delivery agent does.
  ///
  /// @param message line ends LF, complete, no line of it to be quoted
  void deliver(String user, byte[] message) throws Exception;

  /// Removes a message of the INBOX as another program would, all sessions unaware.
  ///
  /// @param position 1 for the first message that is there now
  void removeBehindTheBack(String user, int position) throws Exception;

  /// Whether mail outlives the engine, so that [#reopen] makes sense.
  default boolean keepsMail() {
    return true;
  }

  /// Ends the engine in good order and starts another one over what it left.
  void reopen() throws Exception;

  @Override
  void close();

  /// Claims a user's INBOX for a session that nobody may replace.
  default Maildrop claim(String user) {
    return Outcomes.done(store().account(owner(user)).claim(new TestHolder()));
  }

  /// Takes a picture of a user's INBOX.
  default MailboxView view(String user) {
    try (var inbox = inbox(user)) {
      return Outcomes.done(inbox.view(Access.WRITE));
    }
  }

  /// Opens a user's INBOX.
  default Mailbox inbox(String user) {
    return Outcomes.done(store().account(owner(user)).open(MailboxName.INBOX));
  }

  /// Delivers small messages with these serial numbers: [Letters#letter].
  default void deliver(String user, int... serials) throws Exception {
    for (int serial : serials) {
      deliver(user, Letters.letter(serial));
    }
  }
}
