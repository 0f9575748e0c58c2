package org.popinjay.mailstore.board;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.BoardNotes;

/// What stands beside a board.
class NotesTextTest {
  private final List<String> faults = new ArrayList<>();

  private BoardNotes read(String text) {
    return NotesText.read(text.getBytes(ISO_8859_1), (line, what) -> faults.add(line + " " + what));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            read(
                """
                # The news of the house.
                Aliases: house, tea-room
                info:  What happens here
                leaders:postmaster
                address: news@example.org
                request: news-request@example.org

                feed-in: tea@example.net
                feeds-out: pot@example.net, cocoa@example.net\r
                flags: 12
                """))
        .isEqualTo(
            new BoardNotes(
                "house, tea-room",
                "What happens here",
                "postmaster",
                "news@example.org",
                "news-request@example.org",
                "tea@example.net",
                "pot@example.net, cocoa@example.net",
                12));
    assertThat(faults).isEmpty();
  }

  @Test
  void nothingSaysNothing() {
    assertThat(read("")).isEqualTo(BoardNotes.NONE);
    assertThat(read("aliases:\n")).isEqualTo(BoardNotes.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: secret",
        "no colon",
        ": x",
        "info: \u001b[2J",
        "info: caf\u00e9",
        "flags: -1",
        "flags: 1234567890",
        "flags: x",
        "flags:"
      })
  void aLineThatSaysNothingIsPassedOver(String line) {
    assertThat(read(line + "\nleaders: tea\n").leaders()).isEqualTo("tea");
    assertThat(faults).hasSize(1).first().asString().startsWith("1 has ");
  }

  @Test
  void aValueHasItsLimit() {
    assertThat(read("info: " + "x".repeat(400)).info()).hasSize(400);
    assertThat(read("info: " + "x".repeat(401)).info()).isEmpty();
  }

  @Property
  void whateverIsReadFitsALine(@ForAll byte[] octets) {
    var notes = NotesText.read(octets, (_, _) -> {});
    assertThat(notes.info() + notes.aliases() + notes.leaders()).matches("[ -~]*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"news", "mh-users", "comp.lang_java+1", "9"})
  void namesOfOneWordAreAllowed(String name) {
    assertThat(BoardNames.isAllowed(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "../a",
        "a b",
        "a\tb",
        "a\u0000",
        "a\n",
        "a*",
        "a%",
        "\"a\"",
        "caf\u00e9",
        "{3}"
      })
  void otherNamesAreNot(String name) {
    assertThat(BoardNames.isAllowed(name)).isFalse();
    assertThat(BoardNames.isAllowed("x".repeat(64))).isTrue();
    assertThat(BoardNames.isAllowed("x".repeat(65))).isFalse();
  }
}
