package org.popinjay.server.migrate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An option of qpopper 4, as its own table has it.
///
/// @param words what a value of [Kind#WORD] may be, in small letters; else empty
record QpopperOption(String name, Kind kind, List<String> words) {

  QpopperOption {
    words = List.copyOf(words);
  }

  /// What its value is.
  enum Kind {
    /// `true`, `false`, 0 or 1; on where there is none.
    TRUTH,
    /// As C's `strtol` reads it.
    NUMBER,
    /// One of a few words.
    WORD,
    /// A path or a name, with or without quotes.
    TEXT
  }

  private static final List<String> TRUTHS =
      List.of(
          "auto-delete",
          "bulldb-nonfatal",
          "check-hash-dir",
          "check-old-spool-loc",
          "check-password-expired",
          "debug",
          "downcase-user",
          "fast-update",
          "group-bulletins",
          "keep-temp-drop",
          "kerberos",
          "no-atomic-open",
          "old-style-uid",
          "reverse-lookup",
          "server-mode",
          "shy",
          "spool-options",
          "statistics",
          "timing",
          "tls-workarounds",
          "trim-domain",
          "update-on-abort",
          "update-status-headers",
          "user-options",
          "UW-kludge",
          "UW-kluge");

  private static final List<String> NUMBERS =
      List.of(
          "announce-expire",
          "announce-login-delay",
          "bulldb-max-tries",
          "hash-spool",
          "mail-lock-check",
          "max-bulletins",
          "timeout",
          "tls-options");

  private static final List<String> TEXTS =
      List.of(
          "auth-file",
          "bulldir",
          "cache-dir",
          "cache-name",
          "config-file",
          "drac-host",
          "group-no-server-mode",
          "group-server-mode",
          "home-dir-mail",
          "kerberos-service",
          "log-login",
          "mail-command",
          "nonauth-file",
          "spool-dir",
          "temp-dir",
          "temp-name",
          "tls-cipher-list",
          "tls-identity-file",
          "tls-passphrase",
          "tls-private-key-file",
          "tls-server-cert-file",
          "tracefile");

  private static final Map<String, List<String>> WORDS =
      Map.of(
          "chunky-writes",
          List.of("default", "always", "tls", "ssl", "never"),
          "clear-text-password",
          List.of("default", "never", "tls", "ssl", "always", "local"),
          "log-facility",
          List.of(
              "mail", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
              "local7"),
          "tls-support",
          List.of("default", "none", "stls", "alternate-port"),
          "tls-version",
          List.of("default", "sslv2", "sslv3", "tlsv1", "sslv23", "all"));

  private static final Map<String, QpopperOption> ALL = new TreeMap<>();

  static {
    TRUTHS.forEach(name -> add(name, Kind.TRUTH, List.of()));
    NUMBERS.forEach(name -> add(name, Kind.NUMBER, List.of()));
    TEXTS.forEach(name -> add(name, Kind.TEXT, List.of()));
    WORDS.forEach((name, words) -> add(name, Kind.WORD, words));
  }

  private static void add(String name, Kind kind, List<String> words) {
    ALL.put(name.toLowerCase(Locale.ROOT), new QpopperOption(name, kind, words));
  }

  /// The option of that name in letters of any case, null if there is none.
  static @Nullable QpopperOption named(String name) {
    return ALL.get(name.toLowerCase(Locale.ROOT));
  }

  /// All of them, by name.
  static List<QpopperOption> all() {
    return List.copyOf(ALL.values());
  }
}
