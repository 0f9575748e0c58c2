package org.popinjay.imap.parse;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.imap.command.ParseResult.BeyondLimit;
import org.popinjay.imap.command.ParseResult.Parsed;
import org.popinjay.imap.command.ParseResult.Rejected;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.wire.SessionEvents.Limit;

/// Turns one frame into a record (RFC 9051, section 9, `command`). Pure: no session, no channel, no
/// clock.
///
/// Whether the command is allowed now is not asked here; the grammar is the same in every state.
public final class ImapCommandParser {
  /// Lists within each other that a stranger may send: ID has one.
  private static final int STRANGERS_NESTING = 1;

  /// What reads the arguments of a command. What it returns is of use only if all was well.
  private interface Rule {
    @Nullable ImapCommand read(ImapLexer in);
  }

  private static final Map<String, Rule> COMMANDS =
      Map.ofEntries(
          entry("CAPABILITY", _ -> new ImapCommand.Capabilities()),
          entry("NOOP", _ -> new ImapCommand.Noop()),
          entry("LOGOUT", _ -> new ImapCommand.Logout()),
          entry("ID", when(Capability.ID, SessionParser::id)),
          entry("STARTTLS", _ -> new ImapCommand.StartTls()),
          entry("AUTHENTICATE", SessionParser::authenticate),
          entry("LOGIN", SessionParser::login),
          entry("ENABLE", when(Capability.ENABLE, SessionParser::enable)),
          entry("SELECT", in -> SelectParser.parse(in, false)),
          entry("EXAMINE", in -> SelectParser.parse(in, true)),
          entry("CREATE", ImapCommandParser::create),
          entry("DELETE", in -> new ImapCommand.Delete(mailbox(in))),
          entry("RENAME", ImapCommandParser::rename),
          entry("SUBSCRIBE", in -> subscribe(in, true)),
          entry("UNSUBSCRIBE", in -> subscribe(in, false)),
          entry("LIST", ListParser::list),
          entry("LSUB", ListParser::lsub),
          entry("NAMESPACE", when(Capability.NAMESPACE, _ -> new ImapCommand.Namespace())),
          entry("STATUS", StatusParser::parse),
          entry("IDLE", when(Capability.IDLE, _ -> new ImapCommand.Idle())),
          entry("COMPRESS", when(Capability.COMPRESS_DEFLATE, SessionParser::compress)),
          entry("CHECK", _ -> new ImapCommand.Check()),
          entry("CLOSE", _ -> new ImapCommand.Close()),
          entry("UNSELECT", when(Capability.UNSELECT, _ -> new ImapCommand.Unselect())),
          entry("EXPUNGE", _ -> new ImapCommand.Expunge(null)),
          entry("SEARCH", in -> SearchParser.parse(in, false)),
          entry("FETCH", in -> FetchParser.parse(in, false)),
          entry("STORE", in -> StoreParser.parse(in, false)),
          entry("COPY", in -> copy(in, false)),
          entry("MOVE", when(Capability.MOVE, in -> move(in, false))),
          entry("UID", ImapCommandParser::uid),
          entry("FIND", old(ObsoleteParser::find)),
          entry("BBOARD", old(ObsoleteParser::bboard)),
          entry("PARTIAL", old(ObsoleteParser::partial)));

  private static final Map<String, Rule> UID_COMMANDS =
      Map.of(
          "EXPUNGE", when(Capability.UIDPLUS, ImapCommandParser::uidExpunge),
          "SEARCH", in -> SearchParser.parse(in, true),
          "FETCH", in -> FetchParser.parse(in, true),
          "STORE", in -> StoreParser.parse(in, true),
          "COPY", in -> copy(in, true),
          "MOVE", when(Capability.MOVE, in -> move(in, true)));

  private final Set<Capability> capabilities;
  private final boolean obsolete;
  private final boolean lenient8bit;
  private final ImapCommandLimits limits;

  /// @param capabilities what is switched on; of all else not even the syntax is known
  /// @param obsolete whether what older versions of IMAP have is known
  /// @param lenient8bit whether quoted strings may hold UTF-8 in a dialect that has no place for it
  /// @param limits how much a command may hold
  public ImapCommandParser(
      Set<Capability> capabilities,
      boolean obsolete,
      boolean lenient8bit,
      ImapCommandLimits limits) {
    this.capabilities = Set.copyOf(capabilities);
    this.obsolete = obsolete;
    this.lenient8bit = lenient8bit;
    this.limits = limits;
  }

  /// Parses a frame. Never throws for what a client sent.
  ///
  /// If the frame has messages to come and the result is not an [ImapCommand.Append],
  /// [MessageIntake#refuse] is due before the answer. Of a [ImapCommand#secret] command, and of
  /// whatever comes before sign-in, the frame is to be wiped.
  public ParseResult parse(ImapFrame frame, ImapDialect dialect) {
    return parse(lexer(frame, dialect), frame);
  }

  /// Parses a frame of somebody who is not signed in.
  public ParseResult parseOfStranger(ImapFrame frame) {
    return parse(lexer(frame, ImapDialect.REV1, STRANGERS_NESTING), frame);
  }

  ImapLexer lexer(ImapFrame frame, ImapDialect dialect) {
    return lexer(frame, dialect, limits.nesting());
  }

  private ImapLexer lexer(ImapFrame frame, ImapDialect dialect, int nesting) {
    return new ImapLexer(
        frame.octets(), new Grammar(dialect, capabilities, obsolete, lenient8bit, limits, nesting));
  }

  static ParseResult parse(ImapLexer in, ImapFrame frame) {
    var tag = in.tag();
    if (tag.length() > in.limits().tagOctets()) {
      return new BeyondLimit(null, Limit.TAG, "tag too long");
    }
    if (tag.isEmpty() || !in.at(' ')) {
      return new Rejected(null, "expected a tag");
    }
    in.gap();
    var command = command(in, frame);
    in.finish();
    var fault = in.fault();
    if (command != null && fault == null) {
      return new Parsed(new TaggedCommand(tag, command));
    }
    if (command instanceof ImapCommand.Login(Credentials.Password credentials)) {
      credentials.close();
    }
    var beyond = in.beyond();
    if (fault != null && beyond != null) {
      return new BeyondLimit(tag, beyond, fault);
    }
    return new Rejected(tag, fault == null ? "unknown command" : fault);
  }

  private static @Nullable ImapCommand command(ImapLexer in, ImapFrame frame) {
    var word = in.word();
    if (word.equals("APPEND")) {
      return AppendParser.parse(in, frame.messages());
    }
    return read(COMMANDS, word, in);
  }

  private static @Nullable ImapCommand read(Map<String, Rule> rules, String word, ImapLexer in) {
    var rule = rules.get(word);
    if (rule == null) {
      in.refuse("unknown command");
      return null;
    }
    return rule.read(in);
  }

  /// A rule that is not there while something is switched off.
  private static Rule when(Capability capability, Rule rule) {
    return in -> {
      if (in.grammar().has(capability)) {
        return rule.read(in);
      }
      in.refuse("unknown command");
      return null;
    };
  }

  /// A rule of older versions of IMAP.
  private static Rule old(Rule rule) {
    return in -> {
      if (in.grammar().obsolete()) {
        return rule.read(in);
      }
      in.refuse("unknown command");
      return null;
    };
  }

  /// `uid = "UID" SP (copy / move / fetch / search / store / uid-expunge)`.
  private static @Nullable ImapCommand uid(ImapLexer in) {
    in.gap();
    return read(UID_COMMANDS, in.word(), in);
  }

  private static MailboxName mailbox(ImapLexer in) {
    in.gap();
    return Mailboxes.name(in);
  }

  /// `create = "CREATE" SP mailbox`.
  private static ImapCommand create(ImapLexer in) {
    in.gap();
    var named = Mailboxes.named(in);
    return new ImapCommand.Create(named.name(), named.level(), named.wellFormed());
  }

  /// `subscribe = "SUBSCRIBE" SP mailbox`, and the same for `UNSUBSCRIBE`.
  private static ImapCommand subscribe(ImapLexer in, boolean on) {
    var name = mailbox(in);
    var meant = in.grammar().obsolete() ? ObsoleteParser.subscribed(in, name) : name;
    return new ImapCommand.Subscribe(meant, on);
  }

  /// `rename = "RENAME" SP mailbox SP mailbox`.
  private static ImapCommand rename(ImapLexer in) {
    var from = mailbox(in);
    in.gap();
    var to = Mailboxes.named(in);
    return new ImapCommand.Rename(from, to.name(), to.wellFormed());
  }

  /// `uid-expunge = "EXPUNGE" SP sequence-set`: RFC 4315, section 4.
  private static ImapCommand uidExpunge(ImapLexer in) {
    in.gap();
    return new ImapCommand.Expunge(NumberSets.uids(in));
  }

  /// `copy = "COPY" SP sequence-set SP mailbox`.
  private static ImapCommand copy(ImapLexer in, boolean uid) {
    var messages = messages(in, uid);
    return new ImapCommand.Copy(messages, mailbox(in));
  }

  /// `move = "MOVE" SP sequence-set SP mailbox`: RFC 6851, section 5.
  private static ImapCommand move(ImapLexer in, boolean uid) {
    var messages = messages(in, uid);
    return new ImapCommand.Move(messages, mailbox(in));
  }

  private static NumberSet messages(ImapLexer in, boolean uid) {
    in.gap();
    return NumberSets.set(in, uid);
  }
}
