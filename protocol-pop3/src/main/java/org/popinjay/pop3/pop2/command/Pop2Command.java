package org.popinjay.pop3.pop2.command;

import org.popinjay.pop3.command.Secret;

/// A command a POP2 client may send, fully parsed (RFC 937).
///
/// Records own their data: none holds a network buffer.
public sealed interface Pop2Command {

  /// The word that the command goes by in metrics.
  Pop2Verb verb();

  /// Legal with an open mailbox, depending on what came before.
  sealed interface InMailbox extends Pop2Command {}

  /// Signs in and opens the INBOX (RFC 937, "The Protocol").
  ///
  /// @param user 1 to 128 octets
  record Helo(String user, Secret password) implements Pop2Command {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.HELO;
    }
  }

  /// Ends the session, and carries the removals out (RFC 937, "The Protocol").
  record Quit() implements Pop2Command {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.QUIT;
    }
  }

  /// Carries the removals out and opens another mailbox (RFC 937, "The Protocol").
  record Fold(String mailbox) implements InMailbox {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.FOLD;
    }
  }

  /// Asks for the size of a message and makes it the current one (RFC 937, "The Protocol").
  ///
  /// @param number of the message; [#CURRENT] for the current one
  record Read(int number) implements InMailbox {
    /// In place of a number.
    public static final int CURRENT = -1;

    @Override
    public Pop2Verb verb() {
      return Pop2Verb.READ;
    }
  }

  /// Asks for the text of the current message (RFC 937, "The Protocol").
  record Retr() implements InMailbox {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.RETR;
    }
  }

  /// Says that the text was received, and leaves the message where it is (RFC 937, "The Protocol").
  record Acks() implements InMailbox {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.ACKS;
    }
  }

  /// Says that the text was received, and that the message may go (RFC 937, "The Protocol").
  record Ackd() implements InMailbox {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.ACKD;
    }
  }

  /// Says that the text was not received, and leaves the message the current one (RFC 937, "The
  /// Protocol").
  record Nack() implements InMailbox {
    @Override
    public Pop2Verb verb() {
      return Pop2Verb.NACK;
    }
  }
}
