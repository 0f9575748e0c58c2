package org.popinjay.mailstore.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads address lists (RFC 5322, sections 3.4 and 4.4) as mail has them.
///
/// Never fails: an element that is no address becomes one with [Address#SYNTAX_ERROR_HOST], and
/// reading goes on behind the next comma. A semicolon outside a group separates like a comma, as
/// Outlook writes it. Takes linear time, and at most [#MOST_ADDRESSES] a list.
public final class AddressParser {
  /// Elements of a list; what stands behind them is not understood.
  public static final int MOST_ADDRESSES = 1_000;

  private static final int LONGEST_ERROR = 255;
  private static final int LONGEST_ENCODED_WORD = 255;

  private final FieldCursor in;
  private final List<Address> list;
  private boolean inGroup;

  private AddressParser(String value, List<Address> list) {
    this.in = new FieldCursor(value);
    this.list = list;
  }

  /// Reads the value of one field.
  ///
  /// @param value raw and unfolded
  public static List<Address> parse(String value) {
    var list = new ArrayList<Address>(2);
    parse(value, list);
    return list;
  }

  /// Appends what the value of one more field has.
  static void parse(String value, List<Address> list) {
    new AddressParser(value, list).list();
  }

  private void list() {
    while (!in.atEnd() && list.size() < MOST_ADDRESSES) {
      element();
    }
    if (inGroup) {
      list.add(new Address.GroupEnd());
    }
  }

  /// Reads up to and over the next comma, or the beginning or the end of a group.
  private void element() {
    var words = new Words();
    in.skipBlanksAndComments();
    int start = in.at();
    readWords(words);
    switch (in.peek()) {
      case '<' -> angle(words, start);
      case ':' -> {
        if (inGroup) {
          error(start);
        } else {
          in.advance();
          inGroup = true;
          list.add(new Address.GroupStart(words.phrase()));
        }
      }
      case '>' -> error(start);
      default -> {
        if (words.isAddress()) {
          list.add(words.mailbox(words.comment, null));
        } else if (!words.isEmpty()) {
          error(start);
        }
        endElement();
      }
    }
  }

  /// `[display-name] "<" [route ":"] addr-spec ">"`; what stands behind it is a comment or junk.
  private void angle(Words before, int start) {
    in.advance();
    String route = route();
    var words = new Words();
    readWords(words);
    boolean closed = in.skip('>');
    boolean understood = words.isEmpty() || words.isAddress();
    if (!understood || (!closed && !atSeparator())) {
      error(start);
      return;
    }
    String name = before.phrase();
    if (closed) {
      var behind = new Words();
      behind.started = true;
      readWords(behind);
      if (name.isEmpty() && behind.comment != null) {
        name = behind.comment;
      }
    }
    list.add(words.mailbox(name.isEmpty() ? null : name, route));
    skipToSeparator();
    endElement();
  }

  /// `@one,@two:` in front of an address; read even where the colon is missing.
  private @Nullable String route() {
    in.skipBlanksAndComments();
    if (in.peek() != '@') {
      return null;
    }
    var route = new StringBuilder();
    while (true) {
      in.skipBlanksAndComments();
      char octet = in.peek();
      if (octet == ':') {
        in.advance();
        return route.toString();
      }
      if (in.atEnd() || octet == '>' || octet == '<' || octet == ';') {
        return route.toString();
      }
      in.advance();
      route.append(octet);
    }
  }

  private void error(int start) {
    skipToSeparator();
    String text = in.since(start).stripTrailing();
    list.add(
        new Address.Mailbox(
            null,
            null,
            text.substring(0, Math.min(text.length(), LONGEST_ERROR)),
            Address.SYNTAX_ERROR_HOST));
    endElement();
  }

  private void skipToSeparator() {
    var ignored = new StringBuilder();
    while (!atSeparator()) {
      if (!in.quoted(ignored) && !in.comment(ignored)) {
        in.advance();
      }
      ignored.setLength(0);
    }
  }

  private boolean atSeparator() {
    return in.atEnd() || in.peek() == ',' || in.peek() == ';';
  }

  private void endElement() {
    if (in.peek() == ';' && inGroup) {
      inGroup = false;
      list.add(new Address.GroupEnd());
    }
    in.advance();
  }

  /// Reads words and `@` up to one of `< > , ; :` or the end.
  private void readWords(Words words) {
    while (true) {
      if (in.skipBlanks()) {
        words.gap = true;
      }
      char octet = in.peek();
      switch (octet) {
        case '<', '>', ',', ';', ':', 0 -> {
          if (octet != 0 || in.atEnd()) {
            return;
          }
          in.advance();
        }
        case '@' -> {
          in.advance();
          words.at();
        }
        case '"' -> {
          var text = new StringBuilder();
          if (in.quoted(text)) {
            words.word(text.toString(), true);
          } else {
            in.advance();
            words.word("\"", false);
          }
        }
        case '(' -> {
          var text = new StringBuilder();
          if (in.comment(text)) {
            words.comment(text.toString().strip());
          } else {
            in.advance();
            words.word("(", false);
          }
        }
        case '[' -> words.word(literal(), false);
        default -> words.word(atom(), false);
      }
    }
  }

  private String literal() {
    int from = in.at();
    while (!in.atEnd() && !isIn("],;<>", in.peek())) {
      in.advance();
    }
    in.skip(']');
    return in.since(from);
  }

  private String atom() {
    int from = in.at();
    if (!encodedWord()) {
      while (!in.atEnd() && !isIn(" <>,;:@\"([", in.peek())) {
        in.advance();
      }
    }
    return in.since(from);
  }

  /// Goes over an encoded word, which may hold commas and more that it should not (RFC 2047,
  /// section 5, rule 3).
  private boolean encodedWord() {
    var rest = in.ahead(LONGEST_ENCODED_WORD);
    if (!rest.startsWith("=?")) {
      return false;
    }
    int charset = rest.indexOf('?', 2);
    int encoding = charset < 0 ? -1 : rest.indexOf('?', charset + 1);
    int end = encoding < 0 ? -1 : rest.indexOf("?=", encoding + 1);
    int blank = rest.indexOf(' ');
    if (end < 0 || (blank >= 0 && blank < end)) {
      return false;
    }
    in.advance(end + 2);
    return true;
  }

  private static boolean isIn(String octets, char octet) {
    return octets.indexOf(octet) >= 0;
  }

  /// What stands in front of a special: a display name or an address, which is not known before.
  private static final class Words {
    private final StringBuilder phrase = new StringBuilder();
    private final StringBuilder local = new StringBuilder();
    private final StringBuilder host = new StringBuilder();
    private boolean started;
    private boolean gap;
    private boolean seenAt;
    private boolean afterAt;
    private boolean broken;
    private @Nullable String comment;

    boolean isEmpty() {
      return !started;
    }

    /// Whether the words are a local part and perhaps a domain: no blanks but around dots.
    boolean isAddress() {
      return started && !broken && (local.length() > 0 || !seenAt);
    }

    String phrase() {
      return phrase.toString();
    }

    Address.Mailbox mailbox(@Nullable String name, @Nullable String route) {
      var domain = host.isEmpty() ? Address.MISSING_HOST : host.toString();
      return new Address.Mailbox(name, route, local.toString(), domain);
    }

    void comment(String text) {
      gap = true;
      if (started && !text.isEmpty()) {
        comment = text;
      }
    }

    void at() {
      if (gap && started) {
        phrase.append(' ');
      }
      phrase.append('@');
      broken |= seenAt;
      started = true;
      seenAt = true;
      afterAt = true;
      gap = false;
    }

    void word(String text, boolean quoted) {
      if (gap && started) {
        phrase.append(' ');
      }
      phrase.append(text);
      var into = seenAt ? host : local;
      boolean joined = afterAt || !gap || into.isEmpty();
      boolean dotted =
          (!quoted && text.startsWith("."))
              || (!into.isEmpty() && into.charAt(into.length() - 1) == '.');
      broken |= !joined && !dotted;
      into.append(text);
      started = true;
      afterAt = false;
      gap = false;
    }
  }
}
