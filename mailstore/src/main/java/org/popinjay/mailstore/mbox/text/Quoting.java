package org.popinjay.mailstore.mbox.text;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.popinjay.config.IdTemplate;

/// How a message that this program stores keeps its octets although lines that begin with `From `
/// would split it and fields with certain names would be hidden.
///
/// Lines are quoted by the rules of mboxrd: each `From ` at the beginning of a line, behind any
/// number of `>`, gets one more `>`. Fields whose names are hidden ([KnownField]) get a prefix.
/// That both was done, and what else has to be known of the message, stands in the hidden field
/// `X-Popinjay`; [Presentation] undoes it. Messages that others delivered are served as they are.
public final class Quoting {
  /// What is put before names of fields that would be hidden.
  public static final String ESCAPE = "X-Popinjay-Esc-";

  /// What begins a line that would separate messages.
  public static final String FROM = "From ";

  private static final byte[] LOWER_ESCAPE = ascii(ESCAPE.toLowerCase(Locale.ROOT));

  private Quoting() {}

  /// What the field `X-Popinjay` of a message says.
  ///
  /// @param quoted `q=rd`: its lines are quoted
  /// @param escaped `e=1`: names of fields in its header have the prefix
  /// @param noBlankLine `n=blank`: it was stored without a blank line behind its header
  /// @param noFinalLineEnd `n=eol`: its last line was stored without a line end
  /// @param keptId `u=`: the id that is kept with it
  /// @param bulletin `b=`: the number of the bulletin that it is a copy of
  public record Notes(
      boolean quoted,
      boolean escaped,
      boolean noBlankLine,
      boolean noFinalLineEnd,
      Optional<String> keptId,
      OptionalLong bulletin) {
    /// Notes that say nothing.
    public static final Notes NONE =
        new Notes(false, false, false, false, Optional.empty(), OptionalLong.empty());

    private static final int MOST_WORDS = 16;

    /// Checks the id.
    public Notes {
      if (keptId.isPresent() && !IdTemplate.isId(keptId.get())) {
        throw new IllegalArgumentException("id of " + keptId.get().length() + " characters");
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
      var keptId = Optional.<String>empty();
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
            keptId = Optional.of(value);
            wellFormed = IdTemplate.isId(value);
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
      return Optional.of(new Notes(quoted, escaped, noBlankLine, noFinalLineEnd, keptId, bulletin));
    }

    /// The same with an id, or with none.
    public Notes withKeptId(Optional<String> id) {
      return new Notes(quoted, escaped, noBlankLine, noFinalLineEnd, id, bulletin);
    }

    /// The value of the field; empty if there is nothing to say.
    public String print() {
      var value = new StringBuilder();
      value.append(quoted ? " q=rd" : "").append(escaped ? " e=1" : "");
      if (noBlankLine || noFinalLineEnd) {
        value.append(" n=").append(noBlankLine ? "blank" : "");
        value.append(noBlankLine && noFinalLineEnd ? "," : "").append(noFinalLineEnd ? "eol" : "");
      }
      keptId.ifPresent(id -> value.append(" u=").append(id));
      bulletin.ifPresent(number -> value.append(" b=").append(number));
      return value.substring(Math.min(1, value.length()));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether the first octets of a line are the first ones of the prefix.
  public static boolean isEscape(byte[] octets, int count) {
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
}
