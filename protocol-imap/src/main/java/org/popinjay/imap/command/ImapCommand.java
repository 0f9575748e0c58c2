package org.popinjay.imap.command;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.wire.SaslLine;

/// A command a client may send, fully parsed.
///
/// The branch a record hangs on says in which session state it is legal (RFC 9051, section 3), so
/// no table of names has to repeat it. Records own their data: none holds a network buffer. A
/// command and its UID form are one record; the kind of [NumberSet] tells which it was.
public sealed interface ImapCommand {

  /// The word that the command goes by in metrics.
  ImapVerb verb();

  /// Whether there is something in it that nobody may find in memory later.
  default boolean secret() {
    return false;
  }

  /// Legal in every state (RFC 9051, section 6.1).
  sealed interface InAnyState extends ImapCommand {}

  /// Legal until somebody is signed in (RFC 9051, section 6.2).
  sealed interface WhenLoggedOut extends ImapCommand {}

  /// Legal once somebody is signed in, whether or not a mailbox is open (RFC 9051, section 6.3).
  sealed interface WhenAuthenticated extends ImapCommand {}

  /// Legal only with an open mailbox (RFC 9051, section 6.4).
  sealed interface WhenSelected extends ImapCommand {}

  /// Asks what the server can do (RFC 9051, section 6.1.1).
  record Capabilities() implements InAnyState {
    @Override
    public ImapVerb verb() {
      return ImapVerb.CAPABILITY;
    }
  }

  /// Does nothing but let news through (RFC 9051, section 6.1.2).
  record Noop() implements InAnyState {
    @Override
    public ImapVerb verb() {
      return ImapVerb.NOOP;
    }
  }

  /// Ends the session (RFC 9051, section 6.1.3).
  record Logout() implements InAnyState {
    @Override
    public ImapVerb verb() {
      return ImapVerb.LOGOUT;
    }
  }

  /// Says what the client is (RFC 2971, section 3.1).
  ///
  /// @param fields in the order sent, values that were NIL as empty texts; not for decisions
  record Id(Map<String, String> fields) implements InAnyState {
    @Override
    public ImapVerb verb() {
      return ImapVerb.ID;
    }
  }

  /// Turns to TLS (RFC 9051, section 6.2.1).
  record StartTls() implements WhenLoggedOut {
    @Override
    public ImapVerb verb() {
      return ImapVerb.STARTTLS;
    }
  }

  /// Starts a SASL exchange (RFC 9051, section 6.2.2; RFC 4959, section 3).
  ///
  /// @param mechanism in capitals
  /// @param initial initial response in base64, `=` for an empty one; null where there is none
  record Authenticate(String mechanism, @Nullable SaslLine initial) implements WhenLoggedOut {
    @Override
    public ImapVerb verb() {
      return ImapVerb.AUTHENTICATE;
    }

    @Override
    public boolean secret() {
      return initial != null;
    }
  }

  /// Signs in by name and password (RFC 9051, section 6.2.3).
  ///
  /// @param credentials whoever gets them closes them
  record Login(Credentials.Password credentials) implements WhenLoggedOut {
    @Override
    public ImapVerb verb() {
      return ImapVerb.LOGIN;
    }

    @Override
    public boolean secret() {
      return true;
    }
  }

  /// Switches extensions on (RFC 9051, section 6.3.1; RFC 5161, section 3.1).
  ///
  /// @param capabilities those of the names sent that this server knows and has not switched off
  record Enable(Set<Capability> capabilities) implements WhenAuthenticated {
    /// Copies the set.
    public Enable {
      capabilities = Set.copyOf(capabilities);
    }

    @Override
    public ImapVerb verb() {
      return ImapVerb.ENABLE;
    }
  }

  /// SELECT and EXAMINE (RFC 9051, sections 6.3.2 and 6.3.3; RFC 7162, sections 3.1.8 and 3.2.5).
  ///
  /// @param readOnly whether it was EXAMINE
  /// @param condstore whether mod-sequences were asked for, by themselves or with `qresync`
  /// @param qresync what the client remembers, or null
  record Select(MailboxName mailbox, boolean readOnly, boolean condstore, @Nullable Qresync qresync)
      implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return readOnly ? ImapVerb.EXAMINE : ImapVerb.SELECT;
    }
  }

  /// Makes a mailbox (RFC 9051, section 6.3.4).
  ///
  /// @param level whether the name ended in `/`: a level of the tree, to be filled later
  /// @param wellFormed whether the name was rightly encoded; else nothing may be made of it
  record Create(MailboxName mailbox, boolean level, boolean wellFormed)
      implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.CREATE;
    }
  }

  /// Removes a mailbox (RFC 9051, section 6.3.5).
  record Delete(MailboxName mailbox) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.DELETE;
    }
  }

  /// Gives a mailbox another name (RFC 9051, section 6.3.6).
  ///
  /// @param wellFormed whether the new name was rightly encoded; else nothing may be made of it
  record Rename(MailboxName from, MailboxName to, boolean wellFormed) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.RENAME;
    }
  }

  /// SUBSCRIBE and UNSUBSCRIBE (RFC 9051, sections 6.3.7 and 6.3.8).
  ///
  /// @param on whether it was SUBSCRIBE
  record Subscribe(MailboxName mailbox, boolean on) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return on ? ImapVerb.SUBSCRIBE : ImapVerb.UNSUBSCRIBE;
    }
  }

  /// Lists mailboxes (RFC 9051, section 6.3.9; RFC 5258; RFC 5819; RFC 6154).
  ///
  /// @param reference stands before each pattern
  /// @param patterns at least one; `%` and `*` as in the RFC
  /// @param options null for the plain form of RFC 3501
  record ListMailboxes(String reference, List<String> patterns, @Nullable ListOptions options)
      implements WhenAuthenticated {
    /// Copies the list.
    public ListMailboxes {
      patterns = List.copyOf(patterns);
    }

    @Override
    public ImapVerb verb() {
      return ImapVerb.LIST;
    }
  }

  /// Lists subscriptions (RFC 3501, section 6.3.9).
  record Lsub(String reference, String pattern) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.LSUB;
    }
  }

  /// FIND (RFC 1730, appendix A, sections 6.3.OBS.1 and 6.3.OBS.2; RFC 1176, section 3).
  ///
  /// @param pattern with the wildcards of old
  record Find(Among among, String pattern) implements WhenAuthenticated {

    /// Which names are looked through.
    public enum Among {
      /// `MAILBOXES`: those that the user subscribed to.
      SUBSCRIBED,
      /// `ALL.MAILBOXES`: those that there are.
      ALL,
      /// `BBOARDS` and `ALL.BBOARDS`.
      BULLETIN_BOARDS
    }

    @Override
    public ImapVerb verb() {
      return ImapVerb.FIND;
    }
  }

  /// Opens a bulletin board (RFC 1176, section 3).
  record Bboard(MailboxName board) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.BBOARD;
    }
  }

  /// Asks for the trees that there are (RFC 9051, section 6.3.10).
  record Namespace() implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.NAMESPACE;
    }
  }

  /// Asks for counts of a mailbox (RFC 9051, section 6.3.11).
  ///
  /// @param items at least one, in the order asked
  record Status(MailboxName mailbox, Set<StatusItem> items) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.STATUS;
    }
  }

  /// Adds messages (RFC 9051, section 6.3.12; RFC 3502, section 6.3.11).
  ///
  /// @param messages come in while the command is carried out
  record Append(MailboxName mailbox, IncomingMessages messages) implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.APPEND;
    }
  }

  /// Waits for news until DONE (RFC 9051, section 6.3.13).
  record Idle() implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.IDLE;
    }
  }

  /// Turns compression on; DEFLATE is the only kind there is (RFC 4978, section 3).
  record Compress() implements WhenAuthenticated {
    @Override
    public ImapVerb verb() {
      return ImapVerb.COMPRESS;
    }
  }

  /// Writes what is in memory only (RFC 3501, section 6.4.1).
  record Check() implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.CHECK;
    }
  }

  /// Removes messages marked for it and closes the mailbox (RFC 9051, section 6.4.1).
  record Close() implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.CLOSE;
    }
  }

  /// Closes the mailbox (RFC 9051, section 6.4.2).
  record Unselect() implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.UNSELECT;
    }
  }

  /// EXPUNGE and UID EXPUNGE (RFC 9051, section 6.4.3; RFC 4315, section 2.1).
  ///
  /// @param among only these; null for all
  record Expunge(NumberSet.@Nullable Uids among) implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.EXPUNGE;
    }
  }

  /// SEARCH and UID SEARCH (RFC 9051, section 6.4.4; RFC 4731, section 3.1).
  ///
  /// @param uid whether the answer is to be UIDs
  record Search(SearchProgram program, boolean uid) implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.SEARCH;
    }
  }

  /// FETCH and UID FETCH (RFC 9051, section 6.4.5; RFC 7162, section 3.1.4), and PARTIAL (RFC 1730,
  /// section 6.4.6).
  ///
  /// @param items without doubles, in the order asked, macros expanded; [FetchItem.Attribute#UID]
  ///   is only there if it was asked for
  record Fetch(NumberSet messages, List<FetchItem> items, FetchModifiers modifiers)
      implements WhenSelected {
    /// Copies the list.
    public Fetch {
      items = List.copyOf(items);
    }

    @Override
    public ImapVerb verb() {
      return ImapVerb.FETCH;
    }
  }

  /// STORE and UID STORE (RFC 9051, section 6.4.6; RFC 7162, section 3.1.3).
  record Store(NumberSet messages, StoreAction action) implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.STORE;
    }
  }

  /// COPY and UID COPY (RFC 9051, section 6.4.7).
  record Copy(NumberSet messages, MailboxName target) implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.COPY;
    }
  }

  /// MOVE and UID MOVE (RFC 9051, section 6.4.8; RFC 6851, section 3.1).
  record Move(NumberSet messages, MailboxName target) implements WhenSelected {
    @Override
    public ImapVerb verb() {
      return ImapVerb.MOVE;
    }
  }
}
