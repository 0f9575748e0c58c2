package org.popinjay.mailstore.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the simple structured fields of a part.
final class TokenReader {
  private static final int MOST_LANGUAGES = 128;

  private TokenReader() {}

  /// A word in upper case behind blanks and comments, empty if there is none (RFC 2045, section
  /// 5.1, but with 8-bit octets and those specials that do no harm).
  static String token(FieldCursor in) {
    in.skipBlanksAndComments();
    int from = in.at();
    while (!in.atEnd() && " /;,=()<>@:\"".indexOf(in.peek()) < 0) {
      in.advance();
    }
    return RawText.upperCase(in.since(from));
  }

  /// Value of Content-Transfer-Encoding (RFC 2045, section 6): a word, unknown ones too; `7BIT`
  /// where there is none.
  static String encoding(@Nullable String value) {
    var word = value == null ? "" : token(new FieldCursor(value));
    return word.isEmpty() ? "7BIT" : word;
  }

  /// Value of Content-Disposition (RFC 2183), null if there is no word in it.
  static @Nullable Disposition disposition(@Nullable String value) {
    if (value == null) {
      return null;
    }
    var in = new FieldCursor(value);
    var type = token(in);
    return type.isEmpty() ? null : new Disposition(type, ParameterReader.read(in));
  }

  /// Value of Content-Language (RFC 3282): its words, in the mail's own spelling.
  static List<String> language(@Nullable String value) {
    if (value == null) {
      return List.of();
    }
    var in = new FieldCursor(value);
    var words = new ArrayList<String>(1);
    while (!in.atEnd() && words.size() < MOST_LANGUAGES) {
      in.skipBlanksAndComments();
      int from = in.at();
      while (!in.atEnd() && " ,;(".indexOf(in.peek()) < 0) {
        in.advance();
      }
      if (in.at() > from) {
        words.add(in.since(from));
      } else {
        in.advance();
      }
    }
    return words;
  }
}
