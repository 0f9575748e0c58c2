package org.popinjay.mailstore.mbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.popinjay.mailstore.message.HeaderReader;

/// How a message that this program stores keeps its octets although lines that begin with `From `
/// would split it and fields with certain names would be hidden.
///
/// Lines are quoted by the rules of mboxrd: each `From ` at the beginning of a line, behind any
/// number of `>`, gets one more `>`. Fields whose names are hidden ([KnownField]) get a prefix.
/// That both was done, and what else has to be known of the message, stands in the hidden field
/// `X-Popinjay`; [Presentation] undoes it. Messages that others delivered are served as they are.
public final class Quoting {
  /// What is put before names of fields that would be hidden.
  static final String ESCAPE = "X-Popinjay-Esc-";

  /// What begins a line that would separate messages.
  static final String FROM = "From ";

  private static final byte[] LOWER_ESCAPE = ascii(ESCAPE.toLowerCase(Locale.ROOT));

  private boolean lineBegins = true;
  private int matched;
  private int owed;

  /// Begins a message, at the beginning of a line.
  public Quoting() {}

  /// What the field `X-Popinjay` of a message says.
  ///
  /// @param quoted `q=rd`: its lines are quoted
  /// @param escaped `e=1`: names of fields in its header have the prefix
  /// @param noBlankLine `n=blank`: it was stored without a blank line behind its header
  /// @param noFinalLineEnd `n=eol`: its last line was stored without a line end
  /// @param uidl `u=`: the unique id that an older server gave it
  /// @param bulletin `b=`: the number of the bulletin that it is a copy of
  public record Notes(
      boolean quoted,
      boolean escaped,
      boolean noBlankLine,
      boolean noFinalLineEnd,
      Optional<String> uidl,
      OptionalLong bulletin) {
    /// Notes that say nothing.
    public static final Notes NONE =
        new Notes(false, false, false, false, Optional.empty(), OptionalLong.empty());

    private static final int LONGEST_UIDL = 70;
    private static final int MOST_WORDS = 16;

    /// Checks the unique id: 1 to 70 octets 0x21 to 0x7E (RFC 1939, section 7).
    public Notes {
      if (uidl.isPresent() && !isUidl(uidl.get())) {
        throw new IllegalArgumentException("uidl of " + uidl.get().length() + " characters");
      }
      if (bulletin.isPresent() && bulletin.getAsLong() < 0) {
        throw new IllegalArgumentException("bulletin " + bulletin.getAsLong());
      }
    }

    /// Reads the value of a field; empty if it is not well-formed. Keys of a later version are
    /// passed over.
    public static Optional<Notes> parse(String text) {
      var words = StatusHeaders.words(text, MOST_WORDS);
      if (words.size() > MOST_WORDS) {
        return Optional.empty();
      }
      boolean noBlankLine = false;
      boolean noFinalLineEnd = false;
      var uidl = Optional.<String>empty();
      var bulletin = OptionalLong.empty();
      var seen = new HashSet<Character>();
      for (var word : words) {
        if (word.length() < 2 || word.charAt(1) != '=' || !seen.add(word.charAt(0))) {
          return Optional.empty();
        }
        String value = word.substring(2);
        boolean wellFormed = true;
        switch (word.charAt(0)) {
          case 'q' -> wellFormed = value.equals("rd");
          case 'e' -> wellFormed = value.equals("1");
          case 'n' -> {
            noBlankLine = value.startsWith("blank");
            noFinalLineEnd = value.endsWith("eol");
            wellFormed = value.equals("blank") || value.equals("eol") || value.equals("blank,eol");
          }
          case 'u' -> {
            uidl = Optional.of(value);
            wellFormed = isUidl(value);
          }
          case 'b' -> {
            long number = StatusHeaders.number(value);
            bulletin = OptionalLong.of(number);
            wellFormed = number >= 0;
          }
          default -> {}
        }
        if (!wellFormed) {
          return Optional.empty();
        }
      }
      boolean quoted = seen.contains('q');
      boolean escaped = seen.contains('e');
      return Optional.of(new Notes(quoted, escaped, noBlankLine, noFinalLineEnd, uidl, bulletin));
    }

    private static boolean isUidl(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) < 0x21 || text.charAt(i) > 0x7E) {
          return false;
        }
      }
      return !text.isEmpty() && text.length() <= LONGEST_UIDL;
    }

    /// The value of the field; empty if there is nothing to say.
    public String print() {
      var value = new StringBuilder();
      value.append(quoted ? " q=rd" : "").append(escaped ? " e=1" : "");
      if (noBlankLine || noFinalLineEnd) {
        value.append(" n=").append(noBlankLine ? "blank" : "");
        value.append(noBlankLine && noFinalLineEnd ? "," : "").append(noFinalLineEnd ? "eol" : "");
      }
      uidl.ifPresent(id -> value.append(" u=").append(id));
      bulletin.ifPresent(number -> value.append(" b=").append(number));
      return value.substring(Math.min(1, value.length()));
    }
  }

  /// A header block, made fit to be stored.
  public static final class StorableHeader {
    private final byte[] octets;
    private final boolean escaped;

    private StorableHeader(byte[] octets, boolean escaped) {
      this.octets = octets;
      this.escaped = escaped;
    }

    /// The octets to store; the caller's to keep.
    public byte[] octets() {
      return octets;
    }

    /// Whether a name got the prefix.
    public boolean isEscaped() {
      return escaped;
    }
  }

  /// Quotes lines and gives the prefix to names that would be hidden, and to those that have it
  /// already. Line ends stay what they are. Of a header that is too large to be understood the rest
  /// is only quoted.
  public static StorableHeader storableHeader(byte[] header) {
    var out = new ByteArrayOutputStream(header.length + 64);
    boolean escaped = false;
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      int start = field.start();
      var known = KnownField.of(field);
      if ((known != null && known.isHidden()) || isEscaped(header, start)) {
        out.writeBytes(ascii(ESCAPE));
        escaped = true;
      } else if (isQuotable(header, start)) {
        out.write('>');
      }
      out.write(header, start, field.end() - start);
    }
    var rest = ByteBuffer.wrap(header).position(field.start());
    var quotedRest = ByteBuffer.allocate(2 * rest.remaining() + 1);
    new Quoting().quote(rest, true, quotedRest);
    out.write(quotedRest.array(), 0, quotedRest.position());
    return new StorableHeader(out.toByteArray(), escaped);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isEscaped(byte[] octets, int start) {
    int count = Math.min(LOWER_ESCAPE.length, octets.length - start);
    for (int i = 0; i < count; i++) {
      if (lower(octets[start + i]) != LOWER_ESCAPE[i]) {
        return false;
      }
    }
    return count == LOWER_ESCAPE.length;
  }

  private static boolean isQuotable(byte[] octets, int start) {
    int at = start;
    while (at < octets.length && octets[at] == '>') {
      at++;
    }
    for (int i = 0; i < FROM.length(); i++) {
      if (at + i >= octets.length || octets[at + i] != FROM.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the first octets of a line are the first ones of the prefix.
  static boolean isEscape(byte[] octets, int count) {
    if (count > LOWER_ESCAPE.length) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (lower(octets[i]) != LOWER_ESCAPE[i]) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }

  /// Quotes octets of a body on their way to a spool, and advances the positions of both buffers.
  ///
  /// @param plain the next octets; line ends are already those of the spool
  /// @param last whether they are the last ones of the message; true again when called for what did
  ///   not fit
  /// @param out where the quoted octets go
  /// @return whether all octets so far were put out; false asks for another call with more room
  public boolean quote(ByteBuffer plain, boolean last, ByteBuffer out) {
    while (out.hasRemaining()) {
      if (owed > 0) {
        out.put((byte) FROM.charAt(matched - owed));
        owed--;
        matched = owed == 0 ? 0 : matched;
      } else if (!plain.hasRemaining()) {
        if (!last || matched == 0) {
          return true;
        }
        owed = matched;
        lineBegins = false;
      } else {
        quoteNext(plain, out);
      }
    }
    return !plain.hasRemaining() && owed == 0 && (!last || matched == 0);
  }

  private void quoteNext(ByteBuffer plain, ByteBuffer out) {
    byte octet = plain.get(plain.position());
    if (!lineBegins || (matched == 0 && octet == '>')) {
      plain.get();
      out.put(octet);
      lineBegins = octet == '\n' || (lineBegins && octet == '>');
    } else if (octet == FROM.charAt(matched)) {
      plain.get();
      matched++;
      if (matched == FROM.length()) {
        out.put((byte) '>');
        owed = matched;
        lineBegins = false;
      }
    } else {
      owed = matched;
      lineBegins = false;
    }
  }
}
