package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.SearchProgram;
import org.popinjay.imap.command.SearchProgram.SearchReturn;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.search.SearchKey;
import org.popinjay.mailstore.search.SearchKey.AddressField;
import org.popinjay.mailstore.search.SearchKey.When;
import org.popinjay.mailstore.search.SearchLimits;
import org.popinjay.wire.SessionEvents.Limit;

/// SEARCH and UID SEARCH (RFC 9051, section 6.4.4; RFC 4731, section 3.1; RFC 5032, section 2; RFC
/// 7162, section 3.1.5).
final class SearchParser {
  private final ImapLexer in;
  private final SearchLimits limits;
  private Charset charset = UTF_8;
  private boolean charsetUnknown;

  private SearchParser(ImapLexer in) {
    this.in = in;
    this.limits = new SearchLimits(in.limits().nesting(), in.limits().searchKeys());
  }

  /// `search = "SEARCH" [search-return-opts] SP search-program`.
  static ImapCommand parse(ImapLexer in, boolean uid) {
    return new ImapCommand.Search(new SearchParser(in).program(), uid);
  }

  private SearchProgram program() {
    in.gap();
    Set<SearchReturn> returned = Set.of();
    if (in.takeWord("RETURN")) {
      returned = returned();
      in.gap();
    }
    if (in.takeWord("CHARSET")) {
      charset();
      in.gap();
    }
    var keys = new ArrayList<SearchKey>();
    do {
      keys.add(key());
    } while (in.more());
    return charsetUnknown
        ? new SearchProgram.UnknownCharset()
        : new SearchProgram.Keys(returned, all(keys));
  }

  private static SearchKey all(List<SearchKey> keys) {
    return keys.size() == 1 ? keys.getFirst() : new SearchKey.And(keys);
  }

  /// `search-return-opts`: RFC 4731, section 4. An empty list asks for all numbers.
  private Set<SearchReturn> returned() {
    in.belongsTo(Capability.ESEARCH);
    in.gap();
    in.need('(');
    if (in.take(')')) {
      return EnumSet.of(SearchReturn.ALL);
    }
    var returned = EnumSet.noneOf(SearchReturn.class);
    do {
      switch (in.word()) {
        case "MIN" -> returned.add(SearchReturn.MIN);
        case "MAX" -> returned.add(SearchReturn.MAX);
        case "ALL" -> returned.add(SearchReturn.ALL);
        case "COUNT" -> returned.add(SearchReturn.COUNT);
        default -> in.refuse("unknown return option");
      }
    } while (in.take(' '));
    in.need(')');
    return returned;
  }

  /// Charsets that Java knows under a name of the registry. Not any more once names and texts are
  /// UTF-8 by themselves (RFC 6855, section 3).
  private void charset() {
    if (in.grammar().dialect().utf8()) {
      in.refuse("CHARSET where all is UTF-8, ending");
    }
    in.gap();
    var name = in.utf8(in.astring());
    try {
      var found = Charset.forName(name);
      charsetUnknown = !found.isRegistered();
      charset = found.equals(US_ASCII) ? UTF_8 : found;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      charsetUnknown = true;
    }
  }

  private SearchKey key() {
    if (in.at('(')) {
      return list();
    }
    if (NumberSets.isNext(in)) {
      return counted(new SearchKey.Numbers(NumberSets.sequence(in)));
    }
    var word = in.word();
    return switch (word) {
      case "NOT" -> not();
      case "OR" -> or();
      case "HEADER" -> header();
      case "MODSEQ" -> counted(modSeq());
      case "OLDER", "YOUNGER" -> counted(within(word));
      case "UID" -> {
        in.need(' ');
        yield counted(new SearchKey.Numbers(NumberSets.uids(in)));
      }
      case "KEYWORD" -> counted(keyword());
      case "UNKEYWORD" -> counted(new SearchKey.Not(keyword()));
      case "LARGER" -> counted(new SearchKey.Larger(size()));
      case "SMALLER" -> counted(new SearchKey.Smaller(size()));
      default -> plain(word);
    };
  }

  /// Keys without an argument, with a text, or with a date.
  private SearchKey plain(String word) {
    return switch (word) {
      case "ALL" -> counted(new SearchKey.All());
      case "ANSWERED" -> flag(Flag.ANSWERED);
      case "DELETED" -> flag(Flag.DELETED);
      case "DRAFT" -> flag(Flag.DRAFT);
      case "FLAGGED" -> flag(Flag.FLAGGED);
      case "SEEN" -> flag(Flag.SEEN);
      case "UNANSWERED" -> new SearchKey.Not(flag(Flag.ANSWERED));
      case "UNDELETED" -> new SearchKey.Not(flag(Flag.DELETED));
      case "UNDRAFT" -> new SearchKey.Not(flag(Flag.DRAFT));
      case "UNFLAGGED" -> new SearchKey.Not(flag(Flag.FLAGGED));
      case "UNSEEN" -> new SearchKey.Not(flag(Flag.SEEN));
      case "RECENT" -> counted(new SearchKey.Recent());
      case "OLD" -> counted(new SearchKey.Not(new SearchKey.Recent()));
      case "NEW" ->
          new SearchKey.And(
              List.of(counted(new SearchKey.Recent()), new SearchKey.Not(flag(Flag.SEEN))));
      case "BCC" -> new SearchKey.Address(AddressField.BCC, needle());
      case "CC" -> new SearchKey.Address(AddressField.CC, needle());
      case "FROM" -> new SearchKey.Address(AddressField.FROM, needle());
      case "TO" -> new SearchKey.Address(AddressField.TO, needle());
      case "SUBJECT" -> new SearchKey.Header("Subject", needle());
      case "BODY" -> new SearchKey.Body(needle());
      case "TEXT" -> new SearchKey.Text(needle());
      case "BEFORE", "ON", "SINCE" -> {
        var when = When.valueOf(word);
        in.need(' ');
        yield counted(new SearchKey.Arrived(when, Dates.date(in)));
      }
      case "SENTBEFORE", "SENTON", "SENTSINCE" -> {
        var when = When.valueOf(word.substring("SENT".length()));
        in.need(' ');
        yield counted(new SearchKey.Sent(when, Dates.date(in)));
      }
      default -> {
        in.refuse("unknown search key");
        yield new SearchKey.All();
      }
    };
  }

  private SearchKey flag(Flag flag) {
    return counted(new SearchKey.HasFlag(flag));
  }

  /// `"(" search-key *(SP search-key) ")"`.
  private SearchKey list() {
    in.need('(');
    enter();
    var keys = new ArrayList<SearchKey>();
    do {
      keys.add(key());
    } while (in.take(' '));
    in.need(')');
    limits.leave();
    return all(keys);
  }

  private SearchKey not() {
    enter();
    in.need(' ');
    var key = new SearchKey.Not(key());
    limits.leave();
    return key;
  }

  private SearchKey or() {
    enter();
    in.need(' ');
    var left = key();
    in.need(' ');
    var key = new SearchKey.Or(left, key());
    limits.leave();
    return key;
  }

  private SearchKey header() {
    in.need(' ');
    var name = in.utf8(in.astring());
    return new SearchKey.Header(name, needle());
  }

  private SearchKey keyword() {
    in.need(' ');
    var name = FlagLists.keyword(in);
    if (name.isEmpty()) {
      in.expected("a keyword");
      return new SearchKey.All();
    }
    return new SearchKey.HasKeyword(new Keyword(name));
  }

  private long size() {
    in.need(' ');
    return in.number64();
  }

  private SearchKey within(String word) {
    in.belongsTo(Capability.WITHIN);
    in.need(' ');
    long seconds = in.nzNumber();
    return word.equals("OLDER") ? new SearchKey.Older(seconds) : new SearchKey.Younger(seconds);
  }

  /// `"MODSEQ" [search-modseq-ext] SP mod-sequence-valzer`. There is one mod-sequence a message, so
  /// that the entry asked for makes no difference.
  private SearchKey modSeq() {
    in.belongsTo(Capability.CONDSTORE);
    in.need(' ');
    if (in.at('"')) {
      in.string();
      in.need(' ');
      switch (in.word()) {
        case "PRIV", "SHARED", "ALL" -> in.need(' ');
        default -> in.refuse("unknown type of entry");
      }
    }
    return new SearchKey.ChangedSince(new ModSeq(in.number64()));
  }

  /// A text to look for, and the key that looks for it counted.
  private String needle() {
    in.need(' ');
    var octets = in.astring();
    if (charsetUnknown) {
      within(limits.key());
      return "";
    }
    var needle = ImapLexer.decode(octets, charset);
    if (needle == null) {
      in.refuse("text that is not in its charset, ending");
      return "";
    }
    within(limits.key(needle));
    return needle;
  }

  private <K extends SearchKey> K counted(K key) {
    within(limits.key());
    return key;
  }

  private void enter() {
    within(limits.enter());
  }

  /// Reads no further once there is more than may be.
  private void within(boolean limit) {
    if (!limit) {
      in.beyond(Limit.SEARCH, "too much to search for");
    }
  }
}
