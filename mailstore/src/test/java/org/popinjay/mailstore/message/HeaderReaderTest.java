package org.popinjay.mailstore.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderReaderTest {

  @Test
  void walksOverFieldsUpToTheBlankLine() {
    String header = "Subject: a\n b\r\n\tc\nTO : x\r\nno field\n: empty\n\nBody: d\n";
    var field = reader(header);
    assertThat(field.next()).isTrue();
    assertThat(field.name()).isEqualTo("Subject");
    assertThat(field.value()).isEqualTo("a b\tc");
    assertThat(field.isFolded()).isTrue();
    assertThat(field.isNamed("subject")).isTrue();
    assertThat(field.isNamed("Subjec")).isFalse();
    assertThat(field.next()).isTrue();
    assertThat(field.name()).isEqualTo("TO");
    assertThat(field.value()).isEqualTo("x");
    assertThat(field.isFolded()).isFalse();
    assertThat(field.isNamed("to")).isFalse();
    assertThat(field.next()).isTrue();
    assertThat(field.name()).isEmpty();
    assertThat(field.value()).isEmpty();
    assertThat(field.next()).isTrue();
    assertThat(field.name()).isEmpty();
    assertThat(field.next()).isFalse();
    assertThat(field.start()).isEqualTo(header.indexOf("\nBody"));
    assertThat(field.next()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n", "\nA: b\n"})
  void aBlockMayHaveNoFields(String header) {
    assertThat(reader(header).next()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"'A: b', b", "'A:', ''", "'A:\r', '\r'", "'A: b\r', 'b\r'", "' x: y\n', 'y'"})
  void theLastLineMayLackItsEnd(String header, String value) {
    var field = reader(header);
    assertThat(field.next()).isTrue();
    assertThat(field.value()).isEqualTo(value);
    assertThat(field.end()).isEqualTo(header.length());
    assertThat(field.next()).isFalse();
  }

  @Test
  void aLongValueIsCut() {
    var field = reader("A: " + "x".repeat(200_000) + "\nB: c\n");
    assertThat(field.next()).isTrue();
    assertThat(field.value()).hasSize(HeaderReader.LONGEST_VALUE - 1);
    assertThat(field.next()).isTrue();
    assertThat(field.isNamed("B")).isTrue();
  }

  @Test
  void tooManyFieldsAreNotRead() {
    var field = reader("A: b\n".repeat(HeaderReader.MOST_FIELDS + 1));
    int fields = 0;
    while (field.next()) {
      fields++;
    }
    assertThat(fields).isEqualTo(HeaderReader.MOST_FIELDS);
    assertThat(field.start()).isEqualTo(5 * HeaderReader.MOST_FIELDS);
  }

  @Property
  void fieldsTileTheBlock(@ForAll byte[] octets) {
    var field = new HeaderReader(octets, 0, octets.length);
    int at = 0;
    List<String> values = new ArrayList<>();
    while (field.next()) {
      assertThat(field.start()).isEqualTo(at);
      assertThat(field.end()).isGreaterThan(at);
      at = field.end();
      values.add(field.name() + field.value());
    }
    assertThat(field.start()).isEqualTo(at);
    assertThat(values).doesNotContainNull();
  }

  private static HeaderReader reader(String header) {
    byte[] octets = header.getBytes(ISO_8859_1);
    return new HeaderReader(octets, 0, octets.length);
  }
}
