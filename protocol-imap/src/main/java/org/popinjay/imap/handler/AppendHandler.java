package org.popinjay.imap.handler;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.IncomingMessages;
import org.popinjay.imap.command.IncomingMessages.Next;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.wire.SessionEvents.Limit;

/// Answers APPEND (RFC 9051, section 6.3.12) of one message or several (RFC 3502). All of them are
/// added, or none. May block on the store and on the client.
///
/// What can be refused is refused before the client sends it: a mailbox that is not there, a
/// message that is too large (RFC 7889, section 4).
public final class AppendHandler {

  /// Messages of one command; each is a file until all of them are added.
  private static final int MESSAGES_MAX = 1000;

  private final InstantSource clock;
  private final long octetsMax;

  /// @param clock says when messages arrive that come without a date
  /// @param octetsMax longest message, as announced (RFC 7889, section 3)
  public AppendHandler(InstantSource clock, long octetsMax) {
    this.clock = clock;
    this.octetsMax = octetsMax;
  }

  /// Takes all messages in, then adds them.
  public Outcome append(ImapSession session, ImapCommand.Append command) {
    var account = session.account();
    var incoming = command.messages();
    var drafts = new ArrayList<Append>();
    try {
      var end = collected(session, command.mailbox(), incoming, drafts);
      return end != null ? end : added(session, account.append(command.mailbox(), drafts));
    } finally {
      drafts.forEach(each -> each.draft().close());
    }
  }

  /// Takes messages in up to the end of the command.
  ///
  /// @return how the command ends if they are not to be added, else null
  private @Nullable Outcome collected(
      ImapSession session, MailboxName target, IncomingMessages incoming, List<Append> drafts) {
    @Nullable MessageDraft open = null;
    while (true) {
      switch (incoming.next()) {
        case Next.Message(var head) -> {
          var refusal = refusal(session, target, head, drafts.size());
          if (refusal != null) {
            return refused(incoming, refusal);
          }
          switch (session.account().draft()) {
            case StoreResult.Failed<MessageDraft>(var failure) -> {
              return refused(incoming, session.refused("take a message in", failure));
            }
            case StoreResult.Done<MessageDraft>(var draft) -> {
              open = draft;
              drafts.add(new Append(draft, head.flags(), arrival(head)));
            }
          }
          incoming.accept();
        }
        case Next.Octets(var octets) -> {
          var failure = written(open, octets);
          if (failure != null) {
            return refused(incoming, session.refused("take a message in", failure));
          }
        }
        case Next.End _ -> {
          return null;
        }
        case Next.Malformed(var reason) -> {
          return Outcome.bad(reason);
        }
        case Next.BeyondLimit(var limit, var reason) -> {
          return session.beyond(limit, Plain.LIMIT, reason);
        }
        case Next.Gone _ -> {
          return Outcome.CutOff.CUT_OFF;
        }
      }
    }
  }

  private InternalDate arrival(AppendMessage head) {
    var date = head.internalDate();
    return date == null ? InternalDate.of(clock.instant()) : date;
  }

  private @Nullable Outcome refusal(
      ImapSession session, MailboxName target, AppendMessage head, int before) {
    if (head.octets() > octetsMax) {
      return session.beyond(Limit.APPEND, Plain.TOOBIG, "the message is too large");
    }
    if (head.octets() == 0) {
      return Outcome.no(Plain.CANNOT, "no message, nothing was added");
    }
    if (before == MESSAGES_MAX) {
      return session.beyond(Limit.APPEND, Plain.LIMIT, "too many messages at once");
    }
    return before == 0 ? missing(session, target) : null;
  }

  /// Looks whether there is such a mailbox, before a client sends what is of no use.
  private static @Nullable Outcome missing(ImapSession session, MailboxName target) {
    return switch (session.account().open(target)) {
      case StoreResult.Done<Mailbox>(var mailbox) -> {
        mailbox.close();
        yield null;
      }
      case StoreResult.Failed<Mailbox>(var failure) -> answer(session, failure);
    };
  }

  private static @Nullable StoreFailure written(@Nullable MessageDraft draft, ByteBuffer octets) {
    if (draft == null) {
      throw new IllegalStateException("octets of no message");
    }
    return draft.write(octets) instanceof StoreResult.Failed<Long>(var failure) ? failure : null;
  }

  static Outcome refused(IncomingMessages incoming, Outcome refusal) {
    return incoming.refuse() ? refusal : new Outcome.Ended(Plain.TOOBIG, "literal too large");
  }

  private static Outcome added(ImapSession session, StoreResult<Appended> appended) {
    return switch (appended) {
      case StoreResult.Failed<Appended>(var failure) -> answer(session, failure);
      case StoreResult.Done<Appended>(var done) -> {
        session.counts().appended(done.uids().size());
        yield Outcome.ok(
            new ResponseCode.AppendUid(done.uidValidity(), done.uids()), "APPEND completed");
      }
    };
  }

  /// A mailbox that is not there can be made (RFC 9051, section 6.3.12).
  private static Outcome answer(ImapSession session, StoreFailure failure) {
    return failure instanceof StoreFailure.NotFound
        ? Outcome.no(Plain.TRYCREATE, "no such mailbox")
        : session.refused("append messages", failure);
  }
}
