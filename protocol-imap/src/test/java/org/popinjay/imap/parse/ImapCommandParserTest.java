package org.popinjay.imap.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult.Rejected;
import org.popinjay.imap.command.SearchProgram;

class ImapCommandParserTest {

  @Test
  void aLineWithoutATagIsRefusedWithoutOne() {
    assertThat(Parsing.parse("")).isEqualTo(new Rejected(null, "expected a tag"));
  }

  @Test
  void aMillionParenthesesAreBeyondLimitsAndNoMore() {
    var search = (ImapCommand.Search) Parsing.command("SEARCH " + "(".repeat(1_000_000));
    assertThat(search.program()).isEqualTo(new SearchProgram.BeyondLimits());
  }

  @Test
  void vanishedNeedsQresync() {
    assertThat(Parsing.reason("UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)"))
        .startsWith("VANISHED out of place");
    assertThat(
            Parsing.command(
                "UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)", ImapDialect.REV1.withQresync()))
        .isInstanceOf(ImapCommand.Fetch.class);
  }
}
