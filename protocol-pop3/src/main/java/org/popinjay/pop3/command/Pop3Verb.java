package org.popinjay.pop3.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Words of commands, for counting. [#UNKNOWN] stands for every line that was none.
public enum Pop3Verb {
  /// RFC 1939, sections 4 and 6.
  QUIT(0, 0),
  /// RFC 2449, section 5.
  CAPA(0, 0),
  /// RFC 2595, section 4.
  STLS(0, 0),
  /// RFC 1939, section 7.
  USER(1, Integer.MAX_VALUE),
  /// RFC 1939, section 7.
  PASS(1, Integer.MAX_VALUE),
  /// RFC 1939, section 7.
  APOP(2, 2),
  /// RFC 5034, section 4.
  AUTH(0, 2),
  /// RFC 1939, section 5.
  STAT(0, 0),
  /// RFC 1939, section 5.
  LIST(0, 1),
  /// RFC 1939, section 7.
  UIDL(0, 1),
  /// RFC 1939, section 5.
  RETR(1, 1),
  /// RFC 1939, section 7.
  TOP(2, 2),
  /// RFC 1939, section 5.
  DELE(1, 1),
  /// RFC 1939, section 5.
  NOOP(0, 0),
  /// RFC 1939, section 5.
  RSET(0, 0),
  /// RFC 1081.
  LAST(0, 0),
  /// RFC 6856, section 3.
  LANG(0, 1),
  /// RFC 6856, section 2.
  UTF8(0, 0),
  /// Of Heimdal's popper.
  HELP(0, 0),
  /// Of Heimdal's popper.
  XOVER(0, 0),
  /// Of Heimdal's popper.
  XDELE(1, 2),
  /// RFC 1082.
  XTND(1, Integer.MAX_VALUE),
  /// No command at all.
  UNKNOWN(0, Integer.MAX_VALUE);

  private static final Map<String, Pop3Verb> BY_WORD =
      Arrays.stream(values())
          .filter(verb -> verb != UNKNOWN)
          .collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

  private final int argumentsMin;
  private final int argumentsMax;

  Pop3Verb(int argumentsMin, int argumentsMax) {
    this.argumentsMin = argumentsMin;
    this.argumentsMax = argumentsMax;
  }

  /// The verb of a word in any case.
  static Pop3Verb of(String word) {
    return BY_WORD.getOrDefault(word.toUpperCase(Locale.ROOT), UNKNOWN);
  }

  /// How many arguments it takes at least.
  int argumentsMin() {
    return argumentsMin;
  }

  /// How many arguments it takes at most.
  int argumentsMax() {
    return argumentsMax;
  }
}
