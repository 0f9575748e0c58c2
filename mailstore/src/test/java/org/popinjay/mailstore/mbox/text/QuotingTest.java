package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;

/// The way back is tested with [PresentationTest].
class QuotingTest {

  @ParameterizedTest
  @CsvSource({
    "'Subject: a\n\n', 'Subject: a\n\n', false",
    "'Status: a\n b\n\n', 'X-Popinjay-Esc-Status: a\n b\n\n', true",
    "'x-uid: 1\r\n', 'X-Popinjay-Esc-x-uid: 1\r\n', true",
    "'X-Popinjay: q=rd\n', 'X-Popinjay-Esc-X-Popinjay: q=rd\n', true",
    "'X-Popinjay-Esc-A: b', 'X-Popinjay-Esc-X-Popinjay-Esc-A: b', true",
    "'From x\n>From y\nFrom: z\n\n', '>From x\n>>From y\nFrom: z\n\n', false",
  })
  void makesAHeaderFitToBeStored(String header, String stored, boolean escaped) {
    var storable = ReferenceQuoting.storableHeader(header.getBytes(ISO_8859_1));
    assertThat(new String(storable.octets(), ISO_8859_1)).isEqualTo(stored);
    assertThat(storable.isEscaped()).isEqualTo(escaped);
  }

  @Test
  void printsAndReadsNotes() {
    var notes = new Notes(true, false, true, false, Optional.of("00000007"), OptionalLong.of(12));
    assertThat(notes.print()).isEqualTo("q=rd n=blank u=00000007 b=12");
    assertThat(Notes.parse(notes.print())).contains(notes);
    assertThat(Notes.NONE.print()).isEmpty();
    assertThat(Notes.parse("")).contains(Notes.NONE);
    assertThat(Notes.parse("z=later e=1 ")).contains(Notes.parse("e=1").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"q", "q=", "q=cl", "qq=rd", "e=2", "n=", "n=x", "u=", "b=x", "b=-1", "q=rd q=rd"})
  void notesThatAreNotWellFormedAreNone(String value) {
    assertThat(Notes.parse(value)).isEmpty();
  }

  @Property
  void neverThrows(@ForAll String value) {
    assertThat(Notes.parse(value)).isNotNull();
  }
}
