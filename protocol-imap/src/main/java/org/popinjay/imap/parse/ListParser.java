package org.popinjay.imap.parse;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ListOptions;
import org.popinjay.imap.command.ListOptions.Returned;
import org.popinjay.imap.command.ListOptions.Selection;
import org.popinjay.imap.command.StatusItem;
import org.popinjay.wire.SessionEvents.Limit;

/// LIST in its plain and its extended form, and LSUB (RFC 9051, section 6.3.9; RFC 5258, section 6;
/// RFC 3501, section 6.3.9).
final class ListParser {
  /// Octets of a pattern as it came; a name has less.
  private static final int PATTERN_OCTETS_MAX = 1024;

  private final Set<Selection> selection = EnumSet.noneOf(Selection.class);
  private final Set<Returned> returned = EnumSet.noneOf(Returned.class);
  private Set<StatusItem> status = Set.of();

  private ListParser() {}

  /// `list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]`.
  static ImapCommand list(ImapLexer in) {
    var parser = new ListParser();
    boolean extended = false;
    in.gap();
    if (in.at('(')) {
      extended = true;
      parser.selection(in);
      in.gap();
    }
    var reference = pattern(in);
    in.gap();
    extended |= in.at('(');
    var patterns = in.at('(') ? patterns(in) : List.of(pattern(in));
    if (in.more()) {
      extended = true;
      parser.returned(in);
    }
    if (extended) {
      in.belongsTo(Capability.LIST_EXTENDED);
    }
    @Nullable ListOptions options = extended ? parser.options() : null;
    return new ImapCommand.ListMailboxes(reference, patterns, options);
  }

  /// `lsub = "LSUB" SP mailbox SP list-mailbox`.
  static ImapCommand lsub(ImapLexer in) {
    in.gap();
    var reference = pattern(in);
    in.gap();
    return new ImapCommand.Lsub(reference, pattern(in));
  }

  private ListOptions options() {
    return new ListOptions(Set.copyOf(selection), Set.copyOf(returned), status);
  }

  static String pattern(ImapLexer in) {
    var raw = in.pattern();
    in.atMost(PATTERN_OCTETS_MAX, raw.length, Limit.LIST_PATTERNS, "pattern too long");
    return Mailboxes.pattern(in, raw);
  }

  /// `patterns = "(" list-mailbox *(SP list-mailbox) ")"`.
  private static List<String> patterns(ImapLexer in) {
    var patterns = new ArrayList<String>();
    in.need('(');
    do {
      patterns.add(pattern(in));
      in.atMost(
          in.limits().listPatterns(), patterns.size(), Limit.LIST_PATTERNS, "too many patterns");
    } while (in.take(' '));
    in.need(')');
    return patterns;
  }

  /// `list-select-opts`: RFC 5258, section 6; RFC 6154, section 6.
  private void selection(ImapLexer in) {
    in.need('(');
    if (in.take(')')) {
      return;
    }
    do {
      switch (in.word()) {
        case "SUBSCRIBED" -> selection.add(Selection.SUBSCRIBED);
        case "REMOTE" -> selection.add(Selection.REMOTE);
        case "RECURSIVEMATCH" -> selection.add(Selection.RECURSIVEMATCH);
        case "SPECIAL-USE" -> {
          in.belongsTo(Capability.SPECIAL_USE);
          selection.add(Selection.SPECIAL_USE);
        }
        default -> in.refuse("unknown selection option");
      }
    } while (in.take(' '));
    in.need(')');
    if (selection.contains(Selection.RECURSIVEMATCH) && !selection.contains(Selection.SUBSCRIBED)) {
      in.refuse("RECURSIVEMATCH without SUBSCRIBED, ending");
    }
  }

  /// `list-return-opts`: RFC 5258, section 6; RFC 5819, section 4; RFC 6154, section 6.
  private void returned(ImapLexer in) {
    if (!in.takeWord("RETURN")) {
      in.refuse("surplus text");
    }
    in.gap();
    in.need('(');
    if (in.take(')')) {
      return;
    }
    do {
      switch (in.word()) {
        case "SUBSCRIBED" -> returned.add(Returned.SUBSCRIBED);
        case "CHILDREN" -> returned.add(Returned.CHILDREN);
        case "SPECIAL-USE" -> {
          in.belongsTo(Capability.SPECIAL_USE);
          returned.add(Returned.SPECIAL_USE);
        }
        case "STATUS" -> {
          in.belongsTo(Capability.LIST_STATUS);
          in.need(' ');
          status = StatusParser.items(in);
        }
        default -> in.refuse("unknown return option");
      }
    } while (in.take(' '));
    in.need(')');
  }
}
