package org.popinjay.imap.parse;

import static org.popinjay.imap.command.FetchItem.Attribute.BODY;
import static org.popinjay.imap.command.FetchItem.Attribute.BODYSTRUCTURE;
import static org.popinjay.imap.command.FetchItem.Attribute.ENVELOPE;
import static org.popinjay.imap.command.FetchItem.Attribute.FLAGS;
import static org.popinjay.imap.command.FetchItem.Attribute.INTERNALDATE;
import static org.popinjay.imap.command.FetchItem.Attribute.MODSEQ;
import static org.popinjay.imap.command.FetchItem.Attribute.RFC822_SIZE;
import static org.popinjay.imap.command.FetchItem.Attribute.UID;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.FetchItem;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Name;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.FetchModifiers;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.Section.Text;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.wire.SessionEvents.Limit;

/// FETCH and UID FETCH (RFC 9051, section 6.4.5; RFC 7162, sections 3.1.4 and 3.2.6).
final class FetchParser {
  /// Items that short words stand for; those may not stand beside others.
  private static final List<FetchItem> FAST = List.of(FLAGS, INTERNALDATE, RFC822_SIZE);

  private static final List<FetchItem> ALL = List.of(FLAGS, INTERNALDATE, RFC822_SIZE, ENVELOPE);
  private static final List<FetchItem> FULL =
      List.of(FLAGS, INTERNALDATE, RFC822_SIZE, ENVELOPE, BODY);

  private FetchParser() {}

  /// `fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP
  /// fetch-att) ")") [fetch-modifiers]`.
  static ImapCommand parse(ImapLexer in, boolean uid) {
    in.gap();
    var messages = NumberSets.set(in, uid);
    in.gap();
    var items = in.at('(') ? list(in) : single(in);
    var modifiers = in.more() ? modifiers(in, uid) : FetchModifiers.NONE;
    return new ImapCommand.Fetch(messages, items, modifiers);
  }

  private static List<FetchItem> list(ImapLexer in) {
    Set<FetchItem> items = new LinkedHashSet<>();
    in.need('(');
    do {
      items.add(item(in, in.word()));
      in.atMost(in.limits().fetchItems(), items.size(), Limit.FETCH_ITEMS, "too many items");
    } while (in.take(' '));
    in.need(')');
    return List.copyOf(items);
  }

  private static List<FetchItem> single(ImapLexer in) {
    var word = in.word();
    return switch (word) {
      case "ALL" -> ALL;
      case "FAST" -> FAST;
      case "FULL" -> FULL;
      default -> List.of(item(in, word));
    };
  }

  static FetchItem item(ImapLexer in, String word) {
    return switch (word) {
      case "UID" -> UID;
      case "FLAGS" -> FLAGS;
      case "INTERNALDATE" -> INTERNALDATE;
      case "RFC822.SIZE" -> RFC822_SIZE;
      case "ENVELOPE" -> ENVELOPE;
      case "BODYSTRUCTURE" -> BODYSTRUCTURE;
      case "BODY" -> in.at('[') ? section(in, false) : BODY;
      case "BODY.PEEK" -> section(in, true);
      case "RFC822" -> old(Text.ALL, false, Name.RFC822);
      case "RFC822.HEADER" -> old(Text.HEADER, true, Name.RFC822_HEADER);
      case "RFC822.TEXT" -> old(Text.TEXT, false, Name.RFC822_TEXT);
      case "MODSEQ" -> {
        in.belongsTo(Capability.CONDSTORE);
        yield MODSEQ;
      }
      default -> {
        var old = in.grammar().obsolete() ? ObsoleteParser.item(in, word) : null;
        if (old == null) {
          in.refuse("unknown item");
        }
        yield old == null ? UID : old;
      }
    };
  }

  private static FetchItem old(Text text, boolean peek, Name name) {
    return new BodySection(new Section(List.of(), text, List.of()), peek, null, name);
  }

  /// `section ["<" number64 "." nz-number64 ">"]`.
  private static FetchItem section(ImapLexer in, boolean peek) {
    in.need('[');
    var part = new ArrayList<Integer>();
    while (in.peek() >= '1' && in.peek() <= '9') {
      part.add(partNumber(in));
      if (!in.take('.')) {
        in.need(']');
        return body(new Section(part, Text.ALL, List.of()), peek, partial(in));
      }
    }
    var section = in.at(']') && part.isEmpty() ? Section.MESSAGE : text(in, part);
    in.need(']');
    return body(section, peek, partial(in));
  }

  private static FetchItem body(Section section, boolean peek, @Nullable Partial partial) {
    return new BodySection(section, peek, partial, Name.BODY);
  }

  private static int partNumber(ImapLexer in) {
    long number = in.nzNumber();
    if (number > Integer.MAX_VALUE) {
      in.refuse("part number too great, ending");
    }
    return (int) number;
  }

  /// `section-text`: RFC 9051, section 9.
  private static Section text(ImapLexer in, List<Integer> part) {
    if (in.at('0') && in.grammar().obsolete()) {
      return ObsoleteParser.zero(in, part);
    }
    var word = in.word();
    return switch (word) {
      case "HEADER" -> new Section(part, Text.HEADER, List.of());
      case "HEADER.FIELDS" -> new Section(part, Text.HEADER_FIELDS, fields(in));
      case "HEADER.FIELDS.NOT" -> new Section(part, Text.HEADER_FIELDS_NOT, fields(in));
      case "TEXT" -> new Section(part, Text.TEXT, List.of());
      case "MIME" -> {
        if (part.isEmpty()) {
          in.refuse("MIME without a part, ending");
        }
        yield new Section(part, Text.MIME, List.of());
      }
      default -> {
        var old = in.grammar().obsolete() ? ObsoleteParser.text(in, part, word) : null;
        if (old == null) {
          in.refuse("unknown section");
        }
        yield old == null ? Section.MESSAGE : old;
      }
    };
  }

  /// `header-list`: RFC 9051, section 9.
  static List<String> fields(ImapLexer in) {
    var fields = new ArrayList<String>();
    in.need(' ');
    in.need('(');
    do {
      fields.add(in.utf8(in.astring()));
      in.atMost(in.limits().headerFields(), fields.size(), Limit.HEADER_FIELDS, "too many fields");
    } while (in.take(' '));
    in.need(')');
    return fields;
  }

  private static @Nullable Partial partial(ImapLexer in) {
    if (!in.take('<')) {
      return null;
    }
    long origin = in.number64();
    in.need('.');
    long length = in.nzNumber64();
    in.need('>');
    return new Partial(origin, length);
  }

  /// `fetch-modifiers`: RFC 4466, section 2.4; RFC 7162, section 7.
  private static FetchModifiers modifiers(ImapLexer in, boolean uid) {
    @Nullable ModSeq changedSince = null;
    boolean vanished = false;
    in.need('(');
    do {
      switch (in.word()) {
        case "CHANGEDSINCE" -> {
          in.belongsTo(Capability.CONDSTORE);
          in.need(' ');
          // RFC 7162, section 7, has no 0 here; mail programs of telephones send it.
          changedSince = new ModSeq(in.number64());
        }
        case "VANISHED" -> vanished = true;
        default -> in.refuse("unknown modifier");
      }
    } while (in.take(' '));
    in.need(')');
    if (vanished && !(uid && changedSince != null && in.grammar().dialect().qresync())) {
      in.refuse("VANISHED out of place, ending");
    }
    return new FetchModifiers(changedSince, vanished);
  }
}
