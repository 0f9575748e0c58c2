package org.popinjay.server.migrate;

import java.util.Locale;
import java.util.Optional;
import org.popinjay.config.IdImport;
import org.popinjay.config.IdTemplate;

/// What Dovecot writes in values: times, and variables of users and messages.
final class DovecotValues {
  private DovecotValues() {}

  /// A time such as `5 mins`, `30s` or `90`, in our form; seconds where there is no unit.
  static Optional<String> time(String value) {
    int end = 0;
    while (end < value.length() && Character.isDigit(value.charAt(end))) {
      end++;
    }
    var unit = value.substring(end).strip().toLowerCase(Locale.ROOT);
    if (end == 0 || end > 9) {
      return Optional.empty();
    }
    int count = Integer.parseInt(value.substring(0, end));
    if (unit.isEmpty() || unit.startsWith("s")) {
      return Optional.of(count + "s");
    }
    if (unit.startsWith("ms") || unit.startsWith("mill")) {
      return Optional.of(count + "ms");
    }
    return switch (unit.charAt(0)) {
      case 'm' -> Optional.of(count + "m");
      case 'h' -> Optional.of(count + "h");
      case 'd' -> Optional.of(count + "d");
      case 'w' -> Optional.of(7L * count + "d");
      default -> Optional.empty();
    };
  }

  /// A path with variables of the user, in our form; empty if it has one that we do not know.
  static Optional<String> path(String value) {
    var path = new StringBuilder();
    int at = 0;
    if (value.equals("~") || value.startsWith("~/")) {
      path.append("{home}");
      at = 1;
    }
    while (at < value.length()) {
      char c = value.charAt(at++);
      if (c == '{' || c == '}') {
        return Optional.empty();
      }
      if (c != '%') {
        path.append(c);
        continue;
      }
      var name = variable(value, at);
      var ours = user(name);
      if (ours.isEmpty()) {
        return Optional.empty();
      }
      path.append(ours);
      at += value.startsWith("{", at) ? name.length() + 2 : name.length();
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(path.toString());
  }

  /// A format of unique-ids in our form; empty if it has something that we do not know.
  static Optional<String> uniqueId(String value) {
    return value.equals("%08Xu%08Xv")
        ? Optional.of(IdTemplate.POPINJAY_NAME)
        : IdImport.ofDovecot(value);
  }

  /// The name behind a percent sign: in braces, or a letter.
  private static String variable(String value, int at) {
    if (value.startsWith("{", at)) {
      int close = value.indexOf('}', at);
      return close < 0 ? "" : value.substring(at + 1, close);
    }
    return at < value.length() ? value.substring(at, at + 1) : "";
  }

  private static String user(String name) {
    return switch (name) {
      case "u", "user", "owner_user" -> "{user}";
      case "n", "user|username", "username", "user | username" -> "{local}";
      case "d", "user|domain", "domain", "user | domain" -> "{domain}";
      case "h", "home" -> "{home}";
      case "i", "uid" -> "{uid}";
      case "%" -> "%";
      default -> "";
    };
  }
}
