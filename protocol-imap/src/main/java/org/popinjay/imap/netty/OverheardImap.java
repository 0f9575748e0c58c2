package org.popinjay.imap.netty;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.wire.trace.Language;

/// What may be shown of IMAP commands to an operator who looks on.
final class OverheardImap {
  static final Language LANGUAGE =
      new Language(
          "imap",
          true,
          Arrays.stream(ImapVerb.values())
              .filter(verb -> verb != ImapVerb.UNKNOWN)
              .collect(Collectors.toMap(ImapVerb::name, OverheardImap::shown)),
          Set.of(ImapVerb.AUTHENTICATE.name()));

  private OverheardImap() {}

  /// How many arguments.
  private static int shown(ImapVerb verb) {
    return switch (verb) {
      case LOGIN, AUTHENTICATE, UNKNOWN -> 0;
      case APPEND,
          BBOARD,
          CAPABILITY,
          CHECK,
          CLOSE,
          COMPRESS,
          COPY,
          CREATE,
          DELETE,
          ENABLE,
          EXAMINE,
          EXPUNGE,
          FETCH,
          FIND,
          ID,
          IDLE,
          LIST,
          LOGOUT,
          LSUB,
          MOVE,
          NAMESPACE,
          NOOP,
          RENAME,
          SEARCH,
          SELECT,
          STARTTLS,
          STATUS,
          STORE,
          SUBSCRIBE,
          UNSELECT,
          UNSUBSCRIBE ->
          Language.ALL;
    };
  }
}
