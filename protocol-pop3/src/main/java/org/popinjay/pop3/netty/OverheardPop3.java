package org.popinjay.pop3.netty;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.wire.trace.Language;

/// What may be shown of POP3 commands to an operator who looks on.
public final class OverheardPop3 {
  /// The verbs of POP3.
  public static final Language LANGUAGE =
      new Language(
          "pop3",
          false,
          Arrays.stream(Pop3Verb.values())
              .filter(verb -> verb != Pop3Verb.UNKNOWN)
              .collect(Collectors.toMap(Pop3Verb::name, OverheardPop3::shown)),
          Set.of(Pop3Verb.AUTH.name()));

  private OverheardPop3() {}

  /// How many arguments.
  private static int shown(Pop3Verb verb) {
    return switch (verb) {
      case PASS, APOP, AUTH, UNKNOWN -> 0;
      // Without arguments; what follows all the same may be a password behind a slip of the hand.
      case QUIT, CAPA, STLS, STAT, NOOP, RSET, LAST, UTF8, HELP -> 0;
      case USER -> 1;
      case LIST, UIDL, RETR, TOP, DELE, LANG, XOVER, XDELE, XTND -> Language.ALL;
    };
  }
}
