package org.popinjay.mailstore.mbox.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;
import org.popinjay.mailstore.message.HeaderReader;

/// The fields in which mail programs keep what they know of a message: `Status`, `X-Status`,
/// `X-Keywords`, `X-UID`. Reads and prints them.
///
/// What is not well-formed means nothing. Whether what is well-formed may be believed, or is the
/// word of a sender, is not known here.
public final class StatusHeaders {
  /// Longest change that [#patch] makes: no more than one disk block.
  public static final int LONGEST_PATCH = 512;

  private static final int LONGEST_LETTERS = 32;
  private static final int KEYWORDS_WIDTH = 50;

  /// Fields that a fresh block may have.
  private static final int BLOCK_FIELDS = 6;

  private static final String STATUS_LETTERS = "ROUN";
  private static final String X_STATUS_LETTERS = "AFTD";

  private StatusHeaders() {}

  /// What the fields of a message are to say.
  ///
  /// @param bits [Bits#FLAGS] and [Bits#OLD] count
  /// @param uid 1..2^32-1, or 0 for none
  /// @param keywords names of keywords
  /// @param base state of the mailbox, in its first message
  /// @param notes what this program has to know of the message
  public record Bookkeeping(
      int bits, long uid, List<String> keywords, Optional<ImapBase> base, Notes notes) {
    /// Copies the list.
    public Bookkeeping {
      keywords = List.copyOf(keywords);
    }

    /// Flags and a UID, nothing else.
    public static Bookkeeping of(int bits, long uid) {
      return new Bookkeeping(bits, uid, List.of(), Optional.empty(), Notes.NONE);
    }
  }

  /// A change in place that keeps the length.
  public static final class Patch {
    private final int offset;
    private final byte[] octets;

    private Patch(int offset, byte[] octets) {
      this.offset = offset;
      this.octets = octets;
    }

    /// Where in the header block it begins.
    public int offset() {
      return offset;
    }

    /// What is to stand there, at most [#LONGEST_PATCH] octets; none if nothing has to change. The
    /// caller's to keep.
    public byte[] octets() {
      return octets;
    }
  }

  /// What the fields of a header block say, as far as they are well-formed.
  public static Bookkeeping read(byte[] header) {
    var seen = EnumSet.noneOf(KnownField.class);
    int bits = 0;
    long uid = 0;
    List<String> keywords = List.of();
    Optional<ImapBase> base = Optional.empty();
    var notes = Notes.NONE;
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var known = KnownField.of(field);
      if (known == null || !known.isHidden() || !seen.add(known) || field.isFolded()) {
        continue;
      }
      String value = field.value();
      switch (known) {
        case STATUS -> bits |= statusBits(value);
        case X_STATUS -> bits |= xStatusBits(value);
        case X_UID -> uid = Integer.toUnsignedLong(uid(value));
        case X_KEYWORDS -> keywords = keywords(value);
        case X_IMAP, X_IMAPBASE -> base = base.or(() -> ImapBase.parse(value));
        case X_POPINJAY -> notes = Notes.parse(value).orElse(Notes.NONE);
        case CONTENT_LENGTH, RECEIVED, DATE, MESSAGE_ID, DELIVERED_TO, LINES, SUBJECT, FROM -> {}
      }
    }
    return new Bookkeeping(bits, uid, keywords, base, notes);
  }

  /// A header block with all bookkeeping fields left out, whoever wrote them, and a fresh block of
  /// them at its end, in the line ends of the message. A missing blank line is put behind it.
  ///
  /// Letters of `Status` and `X-Status` that we do not know are kept. A header that is about too
  /// large to be understood gets the block at its beginning, where it will be found again; and none
  /// at all if it begins with a continuation line, which would become one of the block.
  ///
  /// @param header the stored header block with its blank line
  /// @param rowBits of its row in the [MessageTable]: line ends, blank line, and whether its fields
  ///   are its sender's words, of which no letter is kept
  public static byte[] rewrite(byte[] header, int rowBits, Bookkeeping bookkeeping) {
    String lineEnd = (rowBits & Bits.CRLF) != 0 ? "\r\n" : "\n";
    var shown = new ByteArrayOutputStream(header.length + 256);
    var letters = new Letters((rowBits & Bits.FOREIGN_FIELDS) == 0);
    int fields = 0;
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var known = KnownField.of(field);
      if (known == null || !known.isHidden()) {
        shown.write(header, field.start(), field.end() - field.start());
        fields++;
      } else {
        letters.keepUnknown(known, field);
      }
    }
    int rest = field.start();
    boolean noBlankLine = (rowBits & Bits.NO_BLANK_LINE) != 0;
    byte[] kept = shown.toByteArray();
    boolean endsOpen = kept.length > 0 && kept[kept.length - 1] != '\n';
    byte[] block = ascii(block(bookkeeping, letters, lineEnd));
    boolean goesOnBehind = rest == header.length && !noBlankLine;
    boolean inFront =
        goesOnBehind
            || kept.length + block.length + 2 > MboxScanner.LONGEST_HEADER
            || fields + BLOCK_FIELDS > HeaderReader.MOST_FIELDS;

    var out = new ByteArrayOutputStream(kept.length + block.length + 4);
    if (inFront && !(header.length > 0 && (header[0] == ' ' || header[0] == '\t'))) {
      out.writeBytes(block);
    }
    out.writeBytes(kept);
    if (endsOpen) {
      // A CR that ended in nothing must not become half of a line end.
      out.writeBytes(ascii(kept[kept.length - 1] == '\r' ? "\r\n" : lineEnd));
    }
    if (!inFront) {
      out.writeBytes(block);
    }
    out.write(header, rest, header.length - rest);
    if (noBlankLine) {
      out.writeBytes(ascii(lineEnd));
    }
    return out.toByteArray();
  }

  /// A fresh block of fields, line ends LF.
  public static byte[] block(Bookkeeping bookkeeping) {
    return ascii(block(bookkeeping, new Letters(false), "\n"));
  }

  private static String block(Bookkeeping bookkeeping, Letters letters, String lineEnd) {
    var block = new StringBuilder(160);
    bookkeeping.base().ifPresent(base -> line(block, KnownField.X_IMAPBASE, base.print(), lineEnd));
    int bits = bookkeeping.bits();
    String status = statusLetters(bits) + letters.status();
    line(block, KnownField.STATUS, padded(status, 2 + letters.status().length()), lineEnd);
    String xStatus = xStatusLetters(bits) + letters.xStatus();
    line(block, KnownField.X_STATUS, padded(xStatus, 4 + letters.xStatus().length()), lineEnd);
    if (!bookkeeping.keywords().isEmpty()) {
      String names = String.join(" ", bookkeeping.keywords());
      line(block, KnownField.X_KEYWORDS, padded(names, KEYWORDS_WIDTH), lineEnd);
    }
    if (bookkeeping.uid() != 0) {
      line(block, KnownField.X_UID, tenDigits(bookkeeping.uid()), lineEnd);
    }
    String notes = bookkeeping.notes().print();
    if (!notes.isEmpty()) {
      line(block, KnownField.X_POPINJAY, notes, lineEnd);
    }
    return block.toString();
  }

  private static void line(StringBuilder out, KnownField field, String value, String lineEnd) {
    out.append(field.fieldName()).append(": ").append(value).append(lineEnd);
  }

  /// The change that brings the flags of a message into its `Status` and `X-Status` fields without
  /// moving anything; empty if they have no room or are not there, so the header has to be
  /// rewritten.
  ///
  /// @param header the stored header block
  /// @param bits [Bits#FLAGS] and [Bits#OLD] count
  public static Optional<Patch> patch(byte[] header, int bits) {
    return patch(header, bits, null);
  }

  /// As [#patch(byte[], int)], with keywords for the `X-Keywords` field.
  ///
  /// @param keywords null leaves those that are there
  public static Optional<Patch> patch(byte[] header, int bits, @Nullable List<String> keywords) {
    byte[] changed = header.clone();
    int from = header.length;
    int to = 0;
    var missing = EnumSet.of(KnownField.STATUS, KnownField.X_STATUS);
    if (keywords != null) {
      missing.add(KnownField.X_KEYWORDS);
    }
    var field = new HeaderReader(header, 0, header.length);
    while (!missing.isEmpty() && field.next()) {
      var known = KnownField.of(field);
      if (known == null || !missing.remove(known)) {
        continue;
      }
      String wanted =
          known == KnownField.X_KEYWORDS
              ? String.join(" ", Objects.requireNonNull(keywords))
              : letters(known, field, bits);
      int start = field.start() + known.fieldName().length() + 1;
      int end = behindValue(header, start, field.end());
      boolean ours = known == KnownField.X_KEYWORDS || isLetters(field.value());
      if (field.isFolded() || !ours || end - start <= wanted.length()) {
        return Optional.empty();
      }
      byte[] value = ascii(" " + padded(wanted, end - start - 1));
      System.arraycopy(value, 0, changed, start, value.length);
      from = Math.min(from, start);
      to = end;
    }
    boolean lacking =
        (missing.contains(KnownField.STATUS) && !statusLetters(bits).isEmpty())
            || (missing.contains(KnownField.X_STATUS) && !xStatusLetters(bits).isEmpty())
            || (missing.contains(KnownField.X_KEYWORDS)
                && !Objects.requireNonNull(keywords).isEmpty());
    if (lacking || to - from > LONGEST_PATCH) {
      return Optional.empty();
    }
    return Optional.of(
        to <= from || Arrays.equals(header, changed)
            ? new Patch(0, new byte[0])
            : new Patch(from, Arrays.copyOfRange(changed, from, to)));
  }

  /// What a field is to say, with the letters in it that mean nothing to us.
  private static String letters(KnownField known, HeaderReader field, int bits) {
    var letters = new Letters(true);
    letters.keepUnknown(known, field);
    return known == KnownField.STATUS
        ? statusLetters(bits) + letters.status()
        : xStatusLetters(bits) + letters.xStatus();
  }

  /// The change that brings another value into the `X-IMAP` or `X-IMAPbase` field without moving
  /// anything; its numbers alone if there is no room for more keywords. Empty if the field is not
  /// there or does not have its numbers at full width.
  public static Optional<Patch> patchBase(byte[] header, ImapBase base) {
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var known = KnownField.of(field);
      if (known == KnownField.X_IMAP || known == KnownField.X_IMAPBASE) {
        var old = field.isFolded() ? Optional.<ImapBase>empty() : ImapBase.parse(field.value());
        if (old.isPresent() && field.value().startsWith(old.get().printNumbers())) {
          int start = field.start() + known.fieldName().length() + 1;
          while (header[start] == ' ' || header[start] == '\t') {
            start++;
          }
          int room = behindValue(header, start, field.end()) - start;
          boolean whole = base.print().length() <= room && room <= LONGEST_PATCH;
          return Optional.of(
              new Patch(start, ascii(whole ? padded(base.print(), room) : base.printNumbers())));
        }
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static int behindValue(byte[] header, int start, int fieldEnd) {
    int end = fieldEnd;
    if (end > start && header[end - 1] == '\n') {
      end--;
    }
    if (end > start && header[end - 1] == '\r') {
      end--;
    }
    return end;
  }

  private static String statusLetters(int bits) {
    return letter(bits, Flag.SEEN, "R") + ((bits & Bits.OLD) != 0 ? "O" : "");
  }

  private static String xStatusLetters(int bits) {
    return letter(bits, Flag.ANSWERED, "A")
        + letter(bits, Flag.FLAGGED, "F")
        + letter(bits, Flag.DRAFT, "T")
        + letter(bits, Flag.DELETED, "D");
  }

  private static String letter(int bits, Flag flag, String letter) {
    return (bits & flag.bit() << Bits.FLAGS_SHIFT) != 0 ? letter : "";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  static String tenDigits(long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, 10 - digits.length())) + digits;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// The letters of a message's first `Status` and `X-Status` that mean nothing to us.
  private static final class Letters {
    private final boolean believed;
    private @Nullable String status;
    private @Nullable String xStatus;

    Letters(boolean believed) {
      this.believed = believed;
    }

    void keepUnknown(KnownField known, HeaderReader field) {
      if (known == KnownField.STATUS && status == null) {
        status = unknown(field, STATUS_LETTERS);
      } else if (known == KnownField.X_STATUS && xStatus == null) {
        xStatus = unknown(field, X_STATUS_LETTERS);
      }
    }

    private String unknown(HeaderReader field, String known) {
      String value = field.isFolded() || !believed ? "" : field.value();
      var kept = new StringBuilder();
      for (int i = 0; i < value.length() && isLetters(value); i++) {
        if (known.indexOf(value.charAt(i)) < 0) {
          kept.append(value.charAt(i));
        }
      }
      return kept.toString();
    }

    String status() {
      return status == null ? "" : status;
    }

    String xStatus() {
      return xStatus == null ? "" : xStatus;
    }
  }

  /// Keywords that an `X-Keywords` value holds; those that cannot be named in IMAP are left out.
  static Keywords keywordsOf(String value) {
    return new Keywords(
        keywords(value).stream().filter(Keyword::isValid).map(Keyword::new).toList());
  }

  private static List<String> keywords(String value) {
    var words = words(value, ImapBase.MOST_KEYWORDS);
    boolean wellFormed =
        words.size() <= ImapBase.MOST_KEYWORDS && words.stream().allMatch(ImapBase::isKeyword);
    return wellFormed ? words : List.of();
  }

  /// Bits of a `Status` value ([Bits#FLAGS] and [Bits#OLD]).
  static int statusBits(String value) {
    return isLetters(value)
        ? bit(value, 'R', Flag.SEEN) | (value.indexOf('O') >= 0 ? Bits.OLD : 0)
        : 0;
  }

  /// Bits of an `X-Status` value ([Bits#FLAGS]).
  static int xStatusBits(String value) {
    return isLetters(value)
        ? bit(value, 'A', Flag.ANSWERED)
            | bit(value, 'F', Flag.FLAGGED)
            | bit(value, 'T', Flag.DRAFT)
            | bit(value, 'D', Flag.DELETED)
        : 0;
  }

  private static int bit(String letters, char letter, Flag flag) {
    return letters.indexOf(letter) >= 0 ? flag.bit() << Bits.FLAGS_SHIFT : 0;
  }

  private static boolean isLetters(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 'A' || c > 'Z') {
        return false;
      }
    }
    return value.length() <= LONGEST_LETTERS;
  }

  /// The bits of a UID that an `X-UID` value holds, or 0.
  public static int uid(String value) {
    long number = number(value);
    return number >= 1 && number <= 0xFFFF_FFFFL ? (int) number : 0;
  }

  /// A number of one to twelve digits, or -1.
  public static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 12) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  /// Words with blanks between them, so many and one more at most.
  static List<String> words(String value, int most) {
    var words = new ArrayList<String>();
    int at = 0;
    while (at < value.length() && words.size() <= most) {
      int start = at;
      while (at < value.length() && !isBlank(value.charAt(at))) {
        at++;
      }
      if (at > start) {
        words.add(value.substring(start, at));
      }
      at++;
    }
    return words;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
