package org.popinjay.mailstore.mbox.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;

/// State of a mailbox as an `X-IMAPbase` or `X-IMAP` field tells it.
///
/// Whether it may be believed depends on who wrote the message it stands in.
///
/// @param uidValidity 1..2^32-1
/// @param uidLast the highest UID given to a message so far, 0..[#HIGHEST_UID_LAST]
/// @param keywords names of keywords, in the order of their declaration
public record ImapBase(long uidValidity, long uidLast, List<String> keywords) {
  /// Above this a base is not well-formed: a mail must not be able to use up the UIDs.
  public static final long HIGHEST_UID_LAST = 4_000_000_000L;

  /// Keywords that one mailbox may have.
  static final int MOST_KEYWORDS = 1_000;

  private static final int LONGEST_KEYWORD = 250;

  /// Checks the ranges and copies the list.
  public ImapBase {
    if (uidValidity < 1 || uidValidity > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "uidvalidity " + uidValidity + " (expected 1..4294967295)");
    }
    if (uidLast < 0 || uidLast > HIGHEST_UID_LAST) {
      throw new IllegalArgumentException("last uid " + uidLast + " (expected 0..4000000000)");
    }
    keywords = List.copyOf(keywords);
  }

  /// Reads a value: `uidvalidity SP uidlast *(SP keyword)`; trailing spaces are padding. Empty if
  /// it is not well-formed.
  public static Optional<ImapBase> parse(String value) {
    var words = StatusHeaders.words(value, MOST_KEYWORDS + 2);
    if (words.size() < 2 || words.size() > MOST_KEYWORDS + 2) {
      return Optional.empty();
    }
    long uidValidity = StatusHeaders.number(words.get(0));
    long uidLast = StatusHeaders.number(words.get(1));
    if (uidValidity < 1
        || uidValidity > 0xFFFF_FFFFL
        || uidLast < 0
        || uidLast > HIGHEST_UID_LAST) {
      return Optional.empty();
    }
    var keywords = new ArrayList<String>();
    for (var word : words.subList(2, words.size())) {
      if (!isKeyword(word)) {
        return Optional.empty();
      }
      keywords.add(word);
    }
    return Optional.of(new ImapBase(uidValidity, uidLast, keywords));
  }

  /// The keywords that can be named in IMAP.
  public Keywords declared() {
    return new Keywords(keywords.stream().filter(Keyword::isValid).map(Keyword::new).toList());
  }

  /// The value as it is written: numbers of ten digits, so that others can replace them in place.
  public String print() {
    return keywords.isEmpty() ? printNumbers() : printNumbers() + " " + String.join(" ", keywords);
  }

  /// The numbers alone.
  String printNumbers() {
    return StatusHeaders.tenDigits(uidValidity) + " " + StatusHeaders.tenDigits(uidLast);
  }

  /// Whether a name can be that of a keyword (RFC 9051, section 9, `flag-keyword`: an atom).
  static boolean isKeyword(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7F || "(){%*\"\\]".indexOf(c) >= 0) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= LONGEST_KEYWORD;
  }
}
