package org.popinjay.imap.parse;

import java.util.List;
import java.util.TreeSet;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.wire.SessionEvents.Limit;

/// Flags (RFC 9051, section 9, `flag`).
final class FlagLists {
  /// What is to be done about `\Recent`, which no client can set.
  enum Recent {
    /// It is left out.
    IGNORED,
    /// The command is wrong.
    REFUSED
  }

  private final Recent recent;
  private final TreeSet<Keyword> keywords = new TreeSet<>();
  private FlagSet system = FlagSet.NONE;

  private FlagLists(Recent recent) {
    this.recent = recent;
  }

  /// `flag-list`: RFC 9051, section 9.
  static Flags list(ImapLexer in, Recent recent) {
    var flags = new FlagLists(recent);
    in.need('(');
    if (!in.take(')')) {
      do {
        flags.flag(in);
      } while (in.take(' '));
      in.need(')');
    }
    return flags.made();
  }

  /// `flag *(SP flag)`: RFC 9051, section 9, `store-att-flags`.
  static Flags bare(ImapLexer in, Recent recent) {
    var flags = new FlagLists(recent);
    do {
      flags.flag(in);
    } while (in.more());
    return flags.made();
  }

  private Flags made() {
    return new Flags(system, new Keywords(List.copyOf(keywords)));
  }

  private void flag(ImapLexer in) {
    if (in.take('\\')) {
      system(in);
      return;
    }
    var name = keyword(in);
    if (name.isEmpty()) {
      in.expected("a flag");
      return;
    }
    keywords.add(new Keyword(name));
    in.atMost(in.limits().keywords(), keywords.size(), Limit.KEYWORDS, "too many keywords");
  }

  /// `flag-keyword` (RFC 9051, section 9) as a name that can be one; empty if there is none.
  static String keyword(ImapLexer in) {
    var name = in.atom();
    if (name.length() > Keyword.MAX_LENGTH) {
      in.beyond(Limit.KEYWORDS, "keyword too long");
    }
    return Keyword.isValid(name) ? name : "";
  }

  private void system(ImapLexer in) {
    switch (in.word()) {
      case "ANSWERED" -> system = system.with(Flag.ANSWERED);
      case "DELETED" -> system = system.with(Flag.DELETED);
      case "DRAFT" -> system = system.with(Flag.DRAFT);
      case "FLAGGED" -> system = system.with(Flag.FLAGGED);
      case "SEEN" -> system = system.with(Flag.SEEN);
      case "RECENT" -> {
        if (recent == Recent.REFUSED) {
          in.refuse("flag that no client can set, ending");
        }
      }
      default -> in.refuse("unknown system flag");
    }
  }
}
