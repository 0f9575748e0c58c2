package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.Capability;
import org.popinjay.wire.SessionEvents.Limit;

/// Words, texts and numbers of one frame, from left to right (RFC 9051, section 9).
///
/// The first thing that does not fit is noted and stays: from there on the frame seems to be at its
/// end, and every method returns something harmless. So parsers read straight on and ask once, at
/// the end, whether all was well. Each octet is looked at a fixed number of times.
final class ImapLexer {
  private static final byte[] NOTHING = {};
  private static final int END = -1;

  /// Longest word that is not a text: `LITERAL-`, `UNCHANGEDSINCE`, a capability.
  private static final int WORD_OCTETS_MAX = 64;

  private final byte[] octets;
  private final Grammar grammar;
  private int at;
  private long looks;
  private int words = 1;
  private int nested;
  private @Nullable String fault;
  private @Nullable Limit beyond;
  private boolean givenUp;

  ImapLexer(byte[] octets, Grammar grammar) {
    this.octets = octets;
    this.grammar = grammar;
  }

  Grammar grammar() {
    return grammar;
  }

  /// How much a command may hold.
  ImapCommandLimits limits() {
    return grammar.limits();
  }

  /// Why the frame is no command, or null if all was well so far.
  @Nullable String fault() {
    return fault;
  }

  /// The limit that the frame is beyond, if that is why it is no command.
  @Nullable Limit beyond() {
    return beyond;
  }

  /// Notes what would have been right here.
  void expected(String what) {
    refuse("expected " + what);
  }

  /// Notes what is wrong here.
  void refuse(String reason) {
    if (!givenUp) {
      fault = reason + " at octet " + (at + 1);
      giveUp();
    }
  }

  /// Notes that there is more of something than may be.
  ///
  /// @param what in the words of the answer: `too many items`
  void beyond(Limit limit, String what) {
    if (!givenUp) {
      fault = what;
      beyond = limit;
      giveUp();
    }
  }

  /// Notes it if there is.
  void atMost(int most, int count, Limit limit, String what) {
    if (count > most) {
      beyond(limit, what);
    }
  }

  /// Notes that what was read just now belongs to an extension, and is wrong without it.
  void belongsTo(Capability capability) {
    if (!grammar.has(capability)) {
      refuse(capability.word() + " is not known here, ending");
    }
  }

  private void giveUp() {
    givenUp = true;
    at = octets.length;
  }

  /// Whether nothing is left.
  boolean atEnd() {
    return at >= octets.length;
  }

  /// How often an octet was looked at, so that a test can tell that the cost is linear.
  long looks() {
    return looks;
  }

  /// The next octet, 0..255, or -1 at the end.
  int peek() {
    looks++;
    return at < octets.length ? octets[at] & 0xFF : END;
  }

  /// Whether the next octet is this one; it stays.
  boolean at(char octet) {
    return peek() == octet;
  }

  /// Takes the next octet if it is this one.
  boolean take(char octet) {
    if (peek() != octet) {
      return false;
    }
    at++;
    switch (octet) {
      case ' ' -> atMost(limits().words(), ++words, Limit.WORDS, "too many words");
      case '(' -> atMost(grammar.nesting(), ++nested, Limit.NESTING, "too many lists in lists");
      case ')' -> nested--;
      default -> {}
    }
    return true;
  }

  /// Takes an octet that has to be there.
  void need(char octet) {
    if (!take(octet)) {
      expected(
          switch (octet) {
            case ' ' -> "a space";
            case '\n' -> "a line end";
            default -> "'" + octet + "'";
          });
    }
  }

  /// Takes the space between two arguments of a command. More than one is let pass: some clients
  /// leave an empty argument out and its spaces in.
  void gap() {
    need(' ');
    skipSpaces();
  }

  /// Takes the space in front of one more argument, if there is one.
  boolean more() {
    if (!take(' ')) {
      return false;
    }
    skipSpaces();
    return !atEnd();
  }

  /// Nothing may be left but spaces, which some clients write at the end of a line.
  void finish() {
    skipSpaces();
    if (!atEnd()) {
      refuse("surplus text");
    }
  }

  private void skipSpaces() {
    while (at(' ')) {
      at++;
    }
  }

  /// Takes a word of letters, digits, `.`, `-`, `=`, `+`, `/` and `_` and returns it in capitals;
  /// empty if there is none.
  String word() {
    int from = at;
    while (isWordOctet(peek())) {
      at++;
    }
    if (at - from > WORD_OCTETS_MAX) {
      at = from;
      refuse("word too long");
      return "";
    }
    return new String(octets, from, at - from, ISO_8859_1).toUpperCase(Locale.ROOT);
  }

  private static boolean isWordOctet(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || (octet > ' ' && ".-=+/_".indexOf(octet) >= 0);
  }

  /// Takes a word if it is this one and nothing of a word is behind it.
  ///
  /// @param word in capitals
  boolean takeWord(String word) {
    int from = at;
    if (word().equals(word)) {
      return true;
    }
    if (!givenUp) {
      at = from;
    }
    return false;
  }

  /// Takes `atom` (RFC 9051, section 9); empty if there is none.
  String atom() {
    int from = at;
    while (isAtomOctet(peek())) {
      at++;
    }
    return new String(octets, from, at - from, ISO_8859_1);
  }

  static boolean isAtomOctet(int octet) {
    return octet > ' ' && octet < 0x7F && "(){%*\"\\]".indexOf(octet) < 0;
  }

  /// Takes the tag; empty if there is none that could be answered to (RFC 9051, section 9).
  String tag() {
    int from = at;
    while ((isAtomOctet(peek()) || at(']')) && !at('+')) {
      at++;
    }
    return new String(octets, from, at - from, ISO_8859_1);
  }

  /// Takes `astring` as octets (RFC 9051, section 9). A copy.
  byte[] astring() {
    return at('"') || at('{') ? string() : atomOctets(false);
  }

  /// Takes `list-mailbox` as octets (RFC 9051, section 9). A copy.
  byte[] pattern() {
    return at('"') || at('{') ? string() : atomOctets(true);
  }

  private byte[] atomOctets(boolean wildcards) {
    int from = at;
    while (isAtomOctet(peek()) || at(']') || (wildcards && (at('%') || at('*')))) {
      at++;
    }
    if (at == from) {
      expected("a text");
      return NOTHING;
    }
    return Arrays.copyOfRange(octets, from, at);
  }

  /// Takes `string` as octets (RFC 9051, section 9). A copy.
  byte[] string() {
    return switch (peek()) {
      case '"' -> quoted();
      case '{' -> literal();
      default -> {
        expected("a string");
        yield NOTHING;
      }
    };
  }

  private byte[] quoted() {
    at++;
    int from = at;
    int escapes = 0;
    boolean ascii = true;
    while (peek() != '"') {
      int octet = peek();
      if (octet == '\\') {
        at++;
        escapes++;
        octet = peek() == '"' || peek() == '\\' ? peek() : 0;
      }
      if (octet <= 0 || octet == '\r' || octet == '\n') {
        refuse(octet == END ? "quoted string without end" : "octet not allowed in quoted string");
        return NOTHING;
      }
      ascii &= octet < 0x80;
      at++;
    }
    var text = unescaped(from, at, escapes);
    if (!ascii && !(grammar.utf8Quoted() && decode(text, UTF_8) != null)) {
      at = from;
      refuse("octet not allowed in quoted string");
      return NOTHING;
    }
    at++;
    return text;
  }

  private byte[] unescaped(int from, int to, int escapes) {
    if (escapes == 0) {
      return Arrays.copyOfRange(octets, from, to);
    }
    var text = new byte[to - from - escapes];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (octets[i] == '\\') {
        i++;
      }
      text[length++] = octets[i];
    }
    return text;
  }

  private byte[] literal() {
    int mark = at;
    long length = literalMark();
    if (length < 0 || length > octets.length - at) {
      at = mark;
      refuse("literal out of place");
      return NOTHING;
    }
    int from = at;
    at += (int) length;
    for (int i = from; i < at; i++) {
      if (octets[i] == 0) {
        refuse("NUL in literal");
        return NOTHING;
      }
    }
    return Arrays.copyOfRange(octets, from, at);
  }

  /// Takes `{n}` or `{n+}` with the line's end behind it.
  ///
  /// @return the number; -1 if that is not what is here
  private long literalMark() {
    need('{');
    long length = number64();
    take('+');
    need('}');
    take('\r');
    need('\n');
    return !givenUp ? length : -1;
  }

  /// Takes the mark of a literal whose octets are elsewhere, `~{n}` too, and nothing may be behind
  /// it.
  ///
  /// @return the number
  long lastMark() {
    need('{');
    long length = number64();
    take('+');
    need('}');
    take('\r');
    take('\n');
    if (!atEnd()) {
      expected("a literal");
    }
    return length;
  }

  /// Takes `number` (RFC 9051, section 9): 0..2^32-1.
  long number() {
    return digits(0, 0xFFFF_FFFFL);
  }

  /// Takes `nz-number` (RFC 9051, section 9): 1..2^32-1, without zeros in front.
  long nzNumber() {
    if (at('0')) {
      expected("a number from 1 up");
      return 1;
    }
    return digits(1, 0xFFFF_FFFFL);
  }

  /// Takes `number64` (RFC 9051, section 9): 0..2^63-1.
  long number64() {
    return digits(0, Long.MAX_VALUE);
  }

  /// Takes a number of at least 1 and at most 2^63-1.
  long nzNumber64() {
    return digits(1, Long.MAX_VALUE);
  }

  private long digits(long least, long most) {
    int from = at;
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      int digit = peek() - '0';
      if (value > (most - digit) / 10) {
        at = from;
        refuse("number too great");
        return least;
      }
      value = value * 10 + digit;
      at++;
    }
    if (at == from || value < least) {
      at = from;
      expected(least == 0 ? "a number" : "a number from 1 up");
      return least;
    }
    return value;
  }

  /// Takes so many digits.
  int fixedDigits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int octet = peek();
      if (octet < '0' || octet > '9') {
        expected("a digit");
        return 0;
      }
      value = value * 10 + octet - '0';
      at++;
    }
    return value;
  }

  /// Reads octets as UTF-8, strictly.
  String utf8(byte[] text) {
    var decoded = decode(text, UTF_8);
    if (decoded == null) {
      refuse("text that is not UTF-8, ending");
      return "";
    }
    return decoded;
  }

  /// Reads octets strictly; null if that cannot be.
  static @Nullable String decode(byte[] text, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
