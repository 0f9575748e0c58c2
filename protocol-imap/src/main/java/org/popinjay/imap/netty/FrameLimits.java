package org.popinjay.imap.netty;

import org.popinjay.config.ByteSize;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;

/// How much a client may send in one command.
///
/// @param line octets of the line and its continuations, literals not counted
/// @param tokenLine the same of AUTHENTICATE, and of the responses of its exchange
/// @param literal octets of one literal
/// @param literals octets of all literals of a command
/// @param unasked octets of a literal that comes without leave
/// @param discard octets of a command too large that are thrown away in the hope of its end
/// @param messages whether APPEND can be carried out, so that its messages are handed on as they
///   come; else their literals are as any other
/// @param command what a command may hold
public record FrameLimits(
    int line,
    int tokenLine,
    int literal,
    int literals,
    long unasked,
    long discard,
    boolean messages,
    ImapCommandLimits command) {
  private static final int KIB = 1024;

  /// What a stranger may send: names, passwords and tokens.
  public static FrameLimits beforeSignIn(LimitsConfig limits) {
    var command = limits.imapCommand();
    return new FrameLimits(
        octets(command.lineOctetsBeforeLogin()),
        octets(limits.saslLineOctets()) + 4 * KIB,
        octets(command.literalOctetsBeforeLogin()),
        octets(command.literalsOctetsBeforeLogin()),
        4 * KIB,
        64 * KIB,
        false,
        command);
  }

  /// What a user may send.
  ///
  /// @param settings which literals may come without leave, and how much is thrown away
  public static FrameLimits afterSignIn(LimitsConfig limits, ImapConfig settings) {
    var command = limits.imapCommand();
    int line = octets(limits.lineOctets());
    long unasked =
        switch (settings.literal()) {
          case PLUS -> Long.MAX_VALUE;
          // RFC 7888, section 5.
          case MINUS -> 4 * KIB;
        };
    return new FrameLimits(
        line,
        line,
        octets(command.literalOctets()),
        octets(command.literalsOctets()),
        unasked,
        settings.discardMax().octets(),
        true,
        command);
  }

  private static int octets(ByteSize size) {
    return (int) size.octets();
  }
}
