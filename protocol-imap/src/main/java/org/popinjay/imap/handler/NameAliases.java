package org.popinjay.imap.handler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NamePrefixes;

/// Reads the names in commands by [NamePrefixes], so that nothing behind has to know of them, and
/// knows what to answer to names that UW imapd would look for elsewhere.
///
/// What is refused can be the name of no mailbox, but for one that looks like another server's
/// (`{host}name`).
final class NameAliases {
  private final NamePrefixes prefixes;

  /// @param aliases what may stand in front of a name, each with `/` at its end
  NameAliases(List<String> aliases) {
    this.prefixes = new NamePrefixes(aliases);
  }

  /// What a command means, or what is to be answered to it.
  sealed interface Reading {
    /// It can be carried out.
    record Understood(ImapCommand command) implements Reading {}

    /// It names what is not served.
    record Refused(Outcome answer) implements Reading {}
  }

  /// Reads the names in a command; those of STATUS and LIST are left, whose answers repeat them.
  /// May block where a name begins with an alias.
  Reading read(ImapSession session, ImapCommand command) {
    var names = new Names(session);
    var meant =
        switch (command) {
          case ImapCommand.Select(var name, boolean readOnly, boolean condstore, var qresync) ->
              new ImapCommand.Select(names.meant(name), readOnly, condstore, qresync);
          case ImapCommand.Create(var name, boolean level, boolean wellFormed) ->
              new ImapCommand.Create(names.made(name, level), level, wellFormed);
          case ImapCommand.Delete(var name) -> new ImapCommand.Delete(names.meant(name));
          case ImapCommand.Rename(var from, var to, boolean wellFormed) ->
              new ImapCommand.Rename(names.meant(from), names.meant(to), wellFormed);
          case ImapCommand.Subscribe(var name, boolean on) ->
              new ImapCommand.Subscribe(names.subscribed(name, on), on);
          case ImapCommand.Append(var name, var messages) ->
              new ImapCommand.Append(names.meant(name), messages);
          case ImapCommand.Copy(var messages, var name) ->
              new ImapCommand.Copy(messages, names.meant(name));
          case ImapCommand.Move(var messages, var name) ->
              new ImapCommand.Move(messages, names.meant(name));
          case ImapCommand.InAnyState _,
              ImapCommand.WhenLoggedOut _,
              ImapCommand.Enable _,
              ImapCommand.Compress _,
              ImapCommand.Namespace _,
              ImapCommand.ListMailboxes _,
              ImapCommand.Lsub _,
              ImapCommand.Find _,
              ImapCommand.Bboard _,
              ImapCommand.Status _,
              ImapCommand.Idle _,
              ImapCommand.Check _,
              ImapCommand.Close _,
              ImapCommand.Unselect _,
              ImapCommand.Expunge _,
              ImapCommand.Search _,
              ImapCommand.Fetch _,
              ImapCommand.Store _ ->
              command;
        };
    var refusal = names.refusal;
    if (refusal == null) {
      return new Reading.Understood(meant);
    }
    return new Reading.Refused(
        command instanceof ImapCommand.Append(_, var messages)
            ? AppendHandler.refused(messages, refusal)
            : refusal);
  }

  /// Reads one name.
  ///
  /// @return the mailbox, or what is to be answered
  Meant read(ImapSession session, MailboxName name) {
    var names = new Names(session);
    var meant = names.meant(name);
    return new Meant(meant, names.refusal);
  }

  /// One name that was read.
  ///
  /// @param name the mailbox, unless it is refused
  /// @param refusal what is to be answered, or null
  record Meant(MailboxName name, @Nullable Outcome refusal) {}

  /// Takes from a name, or from a pattern, what stands in front of it and means nothing here.
  NamePrefixes.Split split(ImapSession session, String text) {
    return prefixes.split(session.account(), text);
  }

  /// The names of one command, and the first refusal among them.
  private final class Names {
    private final ImapSession session;
    private @Nullable Outcome refusal;

    Names(ImapSession session) {
      this.session = session;
    }

    MailboxName meant(MailboxName name) {
      var meant = prefixes.meant(session.account(), name);
      if (meant.isEmpty() && refusal == null) {
        refusal = refused(name.text());
      }
      return meant.orElse(name);
    }

    /// A level that is but an alias is there already.
    MailboxName made(MailboxName name, boolean level) {
      if (level && prefixes.isAlias(session.account(), name.text() + '/')) {
        refusal = Outcome.no(Plain.ALREADYEXISTS, "the level is there already");
      }
      return meant(name);
    }

    /// Names of other servers' making can be got rid of.
    MailboxName subscribed(MailboxName name, boolean on) {
      var meant = meant(name);
      if (!on) {
        refusal = null;
      }
      return meant;
    }
  }

  /// What is answered to names that UW imapd looks for elsewhere; null for the name of a mailbox.
  private static @Nullable Outcome refused(String name) {
    return switch (name.charAt(0)) {
      case '~', '/' -> Outcome.no(Plain.NOPERM, "mailboxes are named from your own mail folder");
      case '{' -> Outcome.no(Plain.CANNOT, "no mailboxes of other servers are served");
      case '#' -> Outcome.no(Plain.CANNOT, "there is no such namespace");
      default -> null;
    };
  }
}
