package org.popinjay.imap.parse;

import java.nio.ByteBuffer;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult.Rejected;

/// A target of the fuzzer: any octets are read as a command in each dialect, and as what stands
/// between two messages. See CONTRIBUTING.md for how to run it.
public final class CommandFuzz {
  private static final ImapCommandParser PARSER =
      new ImapCommandParser(Parsing.ALL, true, true, ImapCommandLimits.DEFAULTS);

  private CommandFuzz() {}

  /// What the fuzzer calls.
  public static void fuzzerTestOneInput(byte[] input) {
    parse(input, ImapDialect.REV1.withQresync());
    parse(input, ImapDialect.REV1.withUtf8());
    parse(input, ImapDialect.REV1.withRev2());
    var _ = MessageHead.read(ByteBuffer.wrap(input), true, ImapCommandLimits.DEFAULTS);
  }

  private static void parse(byte[] input, ImapDialect dialect) {
    var frame = new ImapFrame(input.clone());
    var in = PARSER.lexer(frame, dialect);
    var result = ImapCommandParser.parse(in, frame);
    if (in.looks() > 100 + 12L * input.length) {
      throw new IllegalStateException(in.looks() + " looks at " + input.length + " octets");
    }
    if (result instanceof Rejected(_, String reason)
        && !reason.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw new IllegalStateException("reason that cannot be sent: " + reason);
    }
  }
}
