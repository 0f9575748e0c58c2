package org.popinjay.pop3.pop2.netty;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.popinjay.pop3.netty.OverheardPop3;
import org.popinjay.pop3.pop2.command.Pop2Verb;
import org.popinjay.wire.trace.Language;

/// What may be shown of POP2 commands to an operator who looks on: of HELO, the name alone.
final class OverheardPop2 {
  /// Its name in logs.
  static final String NAME = "pop2";

  static final Language LANGUAGE = new Language(NAME, false, verbs(), Set.of());

  /// Where POP3 may be spoken as well.
  static final Language EITHER = either();

  private OverheardPop2() {}

  private static Map<String, Integer> verbs() {
    return Arrays.stream(Pop2Verb.values())
        .filter(verb -> verb != Pop2Verb.UNKNOWN)
        .collect(
            Collectors.toMap(Pop2Verb::name, verb -> verb == Pop2Verb.HELO ? 1 : Language.ALL));
  }

  private static Language either() {
    var pop3 = OverheardPop3.LANGUAGE;
    var shown = new HashMap<>(verbs());
    shown.putAll(pop3.shown());
    return new Language("pop2+pop3", false, shown, pop3.exchanges());
  }
}
