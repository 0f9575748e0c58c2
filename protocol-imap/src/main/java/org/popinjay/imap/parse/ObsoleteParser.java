package org.popinjay.imap.parse;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.FetchItem;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Name;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.FetchModifiers;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapCommand.Find.Among;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.Section.Text;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;

/// What IMAP2 (RFC 1176), IMAP2bis and RFC 1730 have and later versions left out; RFC 2062 collects
/// it. All of this grammar is here; the other parsers come here with a word that they do not know,
/// and only while `imap.obsolete` is on.
final class ObsoleteParser {
  /// Hours east of Greenwich: RFC 1730, section 9, `zone_old`. The letters of the military are
  /// worked out.
  private static final Map<String, Integer> ZONES =
      Map.ofEntries(
          entry("UT", 0),
          entry("GMT", 0),
          entry("Z", 0),
          entry("AST", -4),
          entry("EDT", -4),
          entry("EST", -5),
          entry("CDT", -5),
          entry("CST", -6),
          entry("MDT", -6),
          entry("MST", -7),
          entry("PDT", -7),
          entry("PST", -8),
          entry("YDT", -8),
          entry("YST", -9),
          entry("HDT", -9),
          entry("HST", -10),
          entry("BDT", -10),
          entry("BST", -11));

  private ObsoleteParser() {}

  // Commands.

  /// `find ::= "FIND" SPACE ["ALL."] "MAILBOXES" SPACE list_mailbox`: RFC 1730, section 9; with
  /// `BBOARDS` in its place, RFC 1176, section 3.
  static ImapCommand find(ImapLexer in) {
    in.gap();
    var among =
        switch (in.word()) {
          case "MAILBOXES" -> Among.SUBSCRIBED;
          case "ALL.MAILBOXES" -> Among.ALL;
          case "BBOARDS", "ALL.BBOARDS" -> Among.BULLETIN_BOARDS;
          default -> {
            in.refuse("unknown kind of names, ending");
            yield Among.ALL;
          }
        };
    in.gap();
    return new ImapCommand.Find(among, ListParser.pattern(in));
  }

  /// `BBOARD`, with the name of a bulletin board: RFC 1176, section 3.
  static ImapCommand bboard(ImapLexer in) {
    in.gap();
    return new ImapCommand.Bboard(Mailboxes.name(in));
  }

  /// `partial ::= "PARTIAL" SPACE nz_number SPACE (...) SPACE number SPACE number`: RFC 1730,
  /// section 9. It is a FETCH of one message (section 6.4.6).
  static ImapCommand partial(ImapLexer in) {
    in.gap();
    long message = in.nzNumber();
    in.gap();
    var item = FetchParser.item(in, in.word());
    in.gap();
    long origin = in.nzNumber64() - 1;
    in.gap();
    var partial = new Partial(origin, in.number64());
    if (!(item instanceof BodySection(var section, boolean peek, var none, Name name))
        || none != null
        || section.text() == Text.HEADER_FIELDS
        || section.text() == Text.HEADER_FIELDS_NOT) {
      in.refuse("no text to take a piece of, ending");
      item = whole(Text.ALL, true, Name.RFC822);
    } else {
      var unmarked = name == Name.BODY ? Name.BODY_WITHOUT_ORIGIN : name;
      item = new BodySection(section, peek, partial, unmarked);
    }
    var messages = new NumberSet.Sequence(List.of(new Range(message, message)));
    return new ImapCommand.Fetch(messages, List.of(item), FetchModifiers.NONE);
  }

  /// The name in `SUBSCRIBE MAILBOX name` (RFC 1730, appendix A, section 6.3.OBS.3), whose first
  /// word was taken for it.
  static MailboxName subscribed(ImapLexer in, MailboxName first) {
    boolean old = first.text().toUpperCase(Locale.ROOT).equals("MAILBOX") && in.more();
    return old ? Mailboxes.name(in) : first;
  }

  // What FETCH can ask for.

  /// `fetch_att`: RFC 1730, section 9.
  ///
  /// @return null for a word that was in no version
  static @Nullable FetchItem item(ImapLexer in, String word) {
    return switch (word) {
      case "RFC822.PEEK" -> whole(Text.ALL, true, Name.RFC822);
      case "RFC822.TEXT.PEEK" -> whole(Text.TEXT, true, Name.RFC822_TEXT);
      case "RFC822.HEADER.LINES" -> lines(in, Text.HEADER_FIELDS);
      case "RFC822.HEADER.LINES.NOT" -> lines(in, Text.HEADER_FIELDS_NOT);
      default -> null;
    };
  }

  private static FetchItem whole(Text text, boolean peek, Name name) {
    return new BodySection(new Section(List.of(), text, List.of()), peek, null, name);
  }

  private static FetchItem lines(ImapLexer in, Text text) {
    var section = new Section(List.of(), text, FetchParser.fields(in));
    return new BodySection(section, true, null, Name.RFC822_HEADER);
  }

  /// `section ::= "0" / nz_number ["." section]`: RFC 1730, section 9. The 0 is the header.
  static Section zero(ImapLexer in, List<Integer> part) {
    in.need('0');
    return new Section(part, Text.ZERO, List.of());
  }

  /// `HEADER.LINES` and `HEADER.LINES.NOT` within brackets, as RFC 2062 calls `HEADER.FIELDS`.
  ///
  /// @return null for a word that was in no version
  static @Nullable Section text(ImapLexer in, List<Integer> part, String word) {
    return switch (word) {
      case "HEADER.LINES" -> new Section(part, Text.HEADER_FIELDS, FetchParser.fields(in));
      case "HEADER.LINES.NOT" -> new Section(part, Text.HEADER_FIELDS_NOT, FetchParser.fields(in));
      default -> null;
    };
  }

  // Dates of APPEND.

  /// `date_year_old ::= 2digit`: RFC 1730, section 9; years of the last century.
  static int year(int digits) {
    return 1900 + digits;
  }

  /// `zone_old`: RFC 1730, section 9.
  ///
  /// @return minutes east of Greenwich
  static int zone(ImapLexer in) {
    var name = in.word();
    if (name.length() == 1 && !name.equals("Z")) {
      return 60 * military(in, name.charAt(0));
    }
    var hours = ZONES.get(name);
    if (hours == null) {
      in.expected("a zone");
      return 0;
    }
    return 60 * hours;
  }

  /// A to M without J are 1 to 12, N to Y are -1 to -12.
  private static int military(ImapLexer in, char letter) {
    if (letter >= 'A' && letter <= 'M' && letter != 'J') {
      return letter - 'A' + (letter < 'J' ? 1 : 0);
    }
    if (letter >= 'N' && letter <= 'Y') {
      return 'M' - letter;
    }
    in.expected("a zone");
    return 0;
  }
}
