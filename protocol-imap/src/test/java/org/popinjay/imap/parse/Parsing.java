package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.imap.command.ParseResult.BeyondLimit;
import org.popinjay.imap.command.ParseResult.Parsed;
import org.popinjay.imap.command.ParseResult.Rejected;
import org.popinjay.wire.SessionEvents.Limit;

/// Parses lines for tests; a character is an octet. Of what is said of a line, `~` in a table
/// stands for CRLF.
final class Parsing {
  static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

  private Parsing() {}

  static ParseResult parse(String line) {
    return parse(line, ImapDialect.REV1);
  }

  static ParseResult parse(String line, ImapDialect dialect) {
    return parse(line, dialect, ALL);
  }

  static ParseResult parse(String line, ImapDialect dialect, Set<Capability> capabilities) {
    var frame = new ImapFrame(line.getBytes(ISO_8859_1));
    return new ImapCommandParser(capabilities, true, true, ImapCommandLimits.DEFAULTS)
        .parse(frame, dialect);
  }

  static ImapCommand command(String text) {
    return command(text, ImapDialect.REV1);
  }

  static ImapCommand command(String text, ImapDialect dialect) {
    var result = parse("a1 " + text, dialect);
    assertThat(result).as(text).isInstanceOf(Parsed.class);
    return ((Parsed) result).command().command();
  }

  /// The limit that a command is beyond.
  static Limit beyond(String text) {
    var result = parse("a1 " + text, ImapDialect.REV1);
    assertThat(result).as(text).isInstanceOf(BeyondLimit.class);
    return ((BeyondLimit) result).limit();
  }

  static String reason(String text) {
    return reason(text, ImapDialect.REV1);
  }

  static String reason(String text, ImapDialect dialect) {
    var result = parse("a1 " + text, dialect);
    assertThat(result).as(text).isInstanceOf(Rejected.class);
    return ((Rejected) result).reason();
  }
}
