package org.popinjay.imap.strict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The strict client is strict.
class StrictClientTest {
  private final StrictClient client = new StrictClient();

  private void selected(String command) {
    say("* OK ready\r\n");
    client.heard("a SELECT INBOX\r\n".getBytes(ISO_8859_1));
    say("* 3 EXISTS\r\na OK [READ-WRITE] selected\r\n");
    client.heard((command + "\r\n").getBytes(ISO_8859_1));
  }

  private void say(String text) {
    client.said(text.getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* 2 EXISTS\r\n",
        "* 4 EXPUNGE\r\n",
        "* 4 FETCH (FLAGS ())\r\n",
        "* 1 FETCH ()\r\n",
        "* 1 FETCH (FLAGS () )\r\n",
        "* 1 FETCH (BODY[] \"\u00fc\")\r\n",
        "* VANISHED 1\r\n",
        "* OK [NOMODSEQ] x\r\n* 1 FETCH (MODSEQ (5))\r\n",
        "* 1 FETCH (MODSEQ (0))\r\n",
        "* OK [UIDNEXT 5]\r\n",
        "* OK text \r\n",
        "* SEARCH 0\r\n",
        "* LIST (\\HasChildren \\HasNoChildren) \"/\" a\r\n",
        "* STATUS INBOX ()\r\n",
        "b OK done\r\nb OK done\r\n",
        "c OK done\r\n",
        "* BYE bye\r\n* 3 EXISTS\r\n",
        "* OK text\n"
      })
  void complainsOf(String response) {
    selected("b NOOP");
    assertThatThrownBy(() -> say(response)).isInstanceOf(ResponseViolation.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FETCH 1 FLAGS", "STORE 1 FLAGS ()", "SEARCH ALL"})
  void complainsOfAnExpungeThatShiftsNumbers(String command) {
    selected("b " + command);
    assertThatThrownBy(() -> say("* 1 EXPUNGE\r\n")).isInstanceOf(ResponseViolation.class);
  }

  @Test
  void takesWhatIsRight() {
    selected("b NOOP");
    assertThatCode(
            () -> say("* 1 EXPUNGE\r\n* 5 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen tea))\r\nb OK x\r\n"))
        .doesNotThrowAnyException();
  }
}
