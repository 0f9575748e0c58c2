package org.popinjay.imap.handler;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patterns of LIST (RFC 9051, section 6.3.9).
class NamePatternTest {

  @ParameterizedTest(name = "{0}{1} and {2}: {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          ''    | *       | a/b      | true
          ''    | %       | a/b      | false
          ''    | %/%     | a/b      | true
          a     | b       | ab       | true
          a/    | %       | a/b      | true
          ''    | inbox   | INBOX    | true
          ''    | iNbOx/% | INBOX/x  | true
          ''    | i%      | INBOX    | false
          ''    | inboxes | INBOXES  | false
          ''    | INBOX*  | INBOXES  | true
          ''    | *%*b    | a/b      | true
          ''    | %b      | a/b      | false
          ''    | %*      | a/b      | true
          ''    | a       | a/b      | false
          """)
  void matches(String reference, String pattern, String name, boolean expected) {
    assertThat(new NamePattern(reference, pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void aSpitefulPatternIsNoTrouble() {
    var pattern = new NamePattern("", "*a%".repeat(300) + "b");
    assertThat(pattern.matches("a".repeat(1000))).isFalse();
  }

  @Property(tries = 500)
  void agreesWithTheNaiveReading(
      @ForAll @Chars({'a', 'b', '/', '*', '%'}) @StringLength(max = 6) String pattern,
      @ForAll @Chars({'a', 'b', '/'}) @StringLength(max = 6) String name) {
    assertThat(new NamePattern("", pattern).matches(name)).isEqualTo(naive(pattern, name));
  }

  private static boolean naive(String pattern, String name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    char c = pattern.charAt(0);
    var rest = pattern.substring(1);
    if (c != '*' && c != '%') {
      return !name.isEmpty() && name.charAt(0) == c && naive(rest, name.substring(1));
    }
    return naive(rest, name)
        || (!name.isEmpty()
            && (c == '*' || name.charAt(0) != '/')
            && naive(pattern, name.substring(1)));
  }
}
