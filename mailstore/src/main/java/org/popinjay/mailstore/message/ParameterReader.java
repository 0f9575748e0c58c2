package org.popinjay.mailstore.message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the parameters behind a type or a disposition, and joins their pieces (RFC 2045, section
/// 5.1; RFC 2231, section 3).
///
/// Of two parameters with one name the first counts. Unquoted values may hold blanks and specials;
/// they end at the semicolon.
final class ParameterReader {
  /// Parameters of a field; what stands behind them is not understood.
  static final int MOST_PARAMETERS = 128;

  private final Map<String, Pieces> found = new LinkedHashMap<>();

  private ParameterReader() {}

  /// Reads all that is left of the value, from behind its first word.
  static List<Parameter> read(FieldCursor in) {
    skipToSemicolon(in);
    if (in.atEnd()) {
      return List.of();
    }
    var reader = new ParameterReader();
    for (int count = 0; in.skip(';') && count < MOST_PARAMETERS; count++) {
      reader.parameter(in);
      skipToSemicolon(in);
    }
    return reader.joined();
  }

  private void parameter(FieldCursor in) {
    var name = TokenReader.token(in);
    in.skipBlanksAndComments();
    if (name.isEmpty() || !in.skip('=')) {
      return;
    }
    take(name, value(in));
  }

  private static String value(FieldCursor in) {
    in.skipBlanksAndComments();
    var value = new StringBuilder();
    if (in.quoted(value)) {
      return value.toString();
    }
    if (in.skip('"')) {
      // A string that never ends.
      while (!in.atEnd()) {
        value.append(in.peek());
        in.advance();
      }
      return value.toString().strip();
    }
    unquoted(in, value);
    return value.toString();
  }

  private static void unquoted(FieldCursor in, StringBuilder value) {
    var comment = new StringBuilder();
    boolean blank = false;
    while (!in.atEnd() && in.peek() != ';') {
      if (in.skipBlanks() || in.comment(comment)) {
        blank = !value.isEmpty();
      } else {
        if (blank) {
          value.append(' ');
          blank = false;
        }
        value.append(in.peek());
        in.advance();
      }
      comment.setLength(0);
    }
  }

  private static void skipToSemicolon(FieldCursor in) {
    var ignored = new StringBuilder();
    while (!in.atEnd() && in.peek() != ';') {
      if (!in.quoted(ignored) && !in.comment(ignored)) {
        in.advance();
      }
      ignored.setLength(0);
    }
  }

  /// Notes a parameter under its name without the piece's number.
  private void take(String name, String value) {
    boolean extended = name.endsWith("*") && name.length() > 1;
    var plain = extended ? name.substring(0, name.length() - 1) : name;
    int star = plain.lastIndexOf('*');
    int number = star > 0 ? number(plain.substring(star + 1)) : -1;
    if (number < 0) {
      found.computeIfAbsent(name, _ -> new Pieces()).whole(value);
    } else {
      // Keyed apart from a whole parameter of the same name, which is another one.
      found
          .computeIfAbsent(plain.substring(0, star) + "*#", _ -> new Pieces())
          .piece(number, value, extended);
    }
  }

  /// A piece's number; -1 if it is none, or one that cannot be reached without a gap.
  private static int number(String digits) {
    if (digits.isEmpty()
        || digits.length() > 3
        || (digits.length() > 1 && digits.startsWith("0"))) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = 10 * number + digit - '0';
    }
    return number < MOST_PARAMETERS ? number : -1;
  }

  private List<Parameter> joined() {
    var all = new ArrayList<Parameter>(found.size());
    found.forEach((key, pieces) -> {
      var parameter = pieces.join(key);
      if (parameter != null && Parameter.value(all, parameter.name()) == null) {
        all.add(parameter);
      }
    });
    return all;
  }

  /// All that came under one name.
  private static final class Pieces {
    private record Piece(String value, boolean extended) {}

    private @Nullable String whole;
    private final Map<Integer, Piece> numbered = new LinkedHashMap<>();

    void whole(String value) {
      if (whole == null) {
        whole = value;
      }
    }

    void piece(int number, String value, boolean extended) {
      numbered.putIfAbsent(number, new Piece(value, extended));
    }

    /// The parameter; null if its first piece is missing.
    @Nullable Parameter join(String key) {
      if (whole != null) {
        return new Parameter(key, whole);
      }
      var first = numbered.get(0);
      if (first == null) {
        return null;
      }
      boolean extended = first.extended;
      var value = new StringBuilder();
      for (int i = 0; ; i++) {
        var piece = numbered.get(i);
        if (piece == null) {
          break;
        }
        value.append(extended && !piece.extended ? ExtendedValue.escape(piece.value) : piece.value);
      }
      var name = key.substring(0, key.length() - 2);
      return new Parameter(extended ? name + "*" : name, value.toString());
    }
  }
}
