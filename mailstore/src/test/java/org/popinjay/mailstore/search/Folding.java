package org.popinjay.mailstore.search;

import java.text.Normalizer;

/// What [CaseMap] does, one character after the other, on strings.
final class Folding {
  private Folding() {}

  static String naive(String text) {
    var folded = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int title = c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : Character.toTitleCase(c);
      folded.append(Normalizer.normalize(Character.toString(title), Normalizer.Form.NFKD));
    }
    return folded.toString();
  }
}
