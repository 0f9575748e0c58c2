package org.popinjay.wire.trace;

import java.util.Map;
import java.util.Set;

/// What there is to know of a protocol for overhearing it.
///
/// @param name of the protocol in logs: `pop3`, `imap`
/// @param tagged whether a tag stands ahead of each verb, and literals behind lines (RFC 9051,
///   section 2.2.1)
/// @param shown how many arguments of each verb may be shown; a line with any other verb is hidden
///   as a whole, since it may be a secret that was sent in the wrong place
/// @param exchanges verbs that begin a SASL exchange, whose lines are hidden
public record Language(
    String name, boolean tagged, Map<String, Integer> shown, Set<String> exchanges) {
  /// All arguments may be shown.
  public static final int ALL = Integer.MAX_VALUE;

  /// Copies.
  public Language {
    shown = Map.copyOf(shown);
    exchanges = Set.copyOf(exchanges);
  }
}
