package org.popinjay.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/// What stands in the last field of a line of the users file, divided by spaces.
///
/// `app.LABEL=PROTOCOLS:{SCHEME}hash` is one more password of the user, for one of his programs:
/// the protocols are `imap`, `pop3` or both with a comma between them, or `all`. `nologin` shuts
/// the user out, and so does `allow_nets`, which is not understood and means to shut some out.
/// Whatever else Dovecot knows is left out.
///
/// @param passwords of programs
/// @param closed why the user may not sign in, if so
/// @param leftOut whether there was something else
record ExtraFields(List<StoredPassword> passwords, Optional<String> closed, boolean leftOut) {
  private static final String APP = "app.";
  private static final int PASSWORDS_MAX = 16;
  private static final int LABEL_LONGEST = 32;

  /// Copies the list.
  ExtraFields {
    passwords = List.copyOf(passwords);
  }

  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static ExtraFields parse(String field) {
    var passwords = new ArrayList<StoredPassword>();
    Optional<String> closed = Optional.empty();
    boolean leftOut = false;
    for (var words = new StringTokenizer(field, " \t"); words.hasMoreTokens(); ) {
      var word = words.nextToken();
      if (word.startsWith(APP)) {
        passwords.add(password(word));
      } else if (word.equals("nologin") || word.startsWith("nologin=")) {
        closed = Optional.of("shut out by nologin");
      } else if (word.startsWith("allow_nets")) {
        closed = Optional.of("shut out, since allow_nets is not understood");
      } else {
        leftOut = true;
      }
    }
    if (passwords.size() > PASSWORDS_MAX) {
      throw new IllegalArgumentException(
          "%d passwords of programs (expected at most %d)"
              .formatted(passwords.size(), PASSWORDS_MAX));
    }
    return new ExtraFields(passwords, closed, leftOut);
  }

  private static StoredPassword password(String word) {
    int equals = word.indexOf('=');
    int colon = word.indexOf(':', equals + 1);
    if (equals < 0 || colon < 0 || !isLabel(word, APP.length(), equals)) {
      throw new IllegalArgumentException(
          "no password of a program (expected app.LABEL=PROTOCOLS:{SCHEME}hash)");
    }
    return new StoredPassword(
        word.substring(APP.length(), equals),
        protocols(word.substring(equals + 1, colon)),
        PasswordHash.parse(word.substring(colon + 1)));
  }

  private static boolean isLabel(String word, int from, int to) {
    return to > from
        && to - from <= LABEL_LONGEST
        && word.substring(from, to)
            .chars()
            .allMatch(c -> c < 0x7F && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
  }

  private static Set<String> protocols(String names) {
    return switch (names) {
      case "all" -> Set.of();
      case "imap", "pop3" -> Set.of(names);
      case "imap,pop3", "pop3,imap" -> Set.of("imap", "pop3");
      default ->
          throw new IllegalArgumentException(
              "protocols of a program's password (expected imap, pop3, imap,pop3 or all)");
    };
  }
}
