package org.popinjay.config;

import java.util.Locale;
import java.util.Optional;

/// Where the ids come from that the mail of an older server keeps: made as that server made them,
/// or out of a list.
public sealed interface IdImport {

  /// Made of each message.
  ///
  /// @param dovecot whether Dovecot made them
  record Made(IdTemplate template, boolean dovecot) implements IdImport {}

  /// Read from a file of lines, `user TAB digest TAB id`.
  ///
  /// @param path absolute
  record Listed(String path) implements IdImport {}

  /// Reads a setting: the name of a server, perhaps with a colon and its format, `file:` with a
  /// path, or a template.
  ///
  /// @throws SettingException when it is none of these
  static IdImport parse(String key, String text) {
    int colon = text.indexOf(':');
    boolean template = text.indexOf('{') >= 0 && (colon < 0 || text.indexOf('{') < colon);
    var name = colon < 0 ? text : text.substring(0, colon);
    var format = colon < 0 ? Optional.<String>empty() : Optional.of(text.substring(colon + 1));
    if (template) {
      return made(key, text);
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "uw" -> plain(key, text, format, "%08x{uidvalidity}%08x{uid}");
      case "cyrus" -> plain(key, text, format, "{uidvalidity}.{uid}");
      case "popa3d" -> plain(key, text, format, "{md5-popa3d}");
      case "mailutils" -> plain(key, text, format, "{xuidl}");
      case "heimdal" -> plain(key, text, format, "{xuidl|message-id}");
      case "qpopper" -> qpopper(key, text, format.orElse("2"));
      case "dovecot" ->
          new Made(
              IdTemplate.parse(
                  key,
                  ofDovecot(format.orElse("%08Xu%08Xv"))
                      .orElseThrow(() ->
                          new SettingException(
                              key, text, "pop3_uidl_format of Dovecot, made of %u, %v and %m"))),
              true);
      case "file" -> listed(key, text, format.orElse(""));
      default -> throw unknown(key, text);
    };
  }

  private static IdImport made(String key, String template) {
    return new Made(IdTemplate.parse(key, template), false);
  }

  private static IdImport plain(String key, String text, Optional<String> format, String template) {
    if (format.isPresent()) {
      throw unknown(key, text);
    }
    return made(key, template);
  }

  private static IdImport qpopper(String key, String text, String version) {
    return switch (version) {
      case "2", "old-style" -> made(key, "{xuidl|md5-qpopper}");
      case "4" -> made(key, "{xuidl|md5-qpopper4}");
      default -> throw new SettingException(key, text, "qpopper, qpopper:2 or qpopper:4");
    };
  }

  private static IdImport listed(String key, String text, String path) {
    if (!path.startsWith("/")) {
      throw new SettingException(key, text, "file: and an absolute path");
    }
    return new Listed(path);
  }

  private static SettingException unknown(String key, String text) {
    return new SettingException(
        key,
        text,
        "uw, dovecot, dovecot:FORMAT, qpopper, qpopper:4, popa3d, cyrus, heimdal,"
            + " mailutils, file:PATH,"
            + " or a template");
  }

  /// A value of Dovecot's `pop3_uidl_format` as a template; empty if it is made of more than UID,
  /// UIDVALIDITY and the digest of the header.
  static Optional<String> ofDovecot(String value) {
    var format = new StringBuilder();
    int at = 0;
    while (at < value.length()) {
      char c = value.charAt(at++);
      if (c != '%') {
        format.append(c);
        continue;
      }
      int digits = at;
      while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
        digits++;
      }
      var width = value.substring(at, digits);
      boolean hex = digits < value.length() && value.charAt(digits) == 'X';
      int letter = hex ? digits + 1 : digits;
      if (letter == value.length() || "uvmg".indexOf(value.charAt(letter)) < 0) {
        return Optional.empty();
      }
      boolean digest = "mg".indexOf(value.charAt(letter)) >= 0;
      if (digest && letter > at) {
        return Optional.empty();
      }
      if (!digest && letter > at) {
        format.append('%').append(width).append(hex ? 'x' : 'd');
      }
      format.append(
          switch (value.charAt(letter)) {
            case 'u' -> "{uid}";
            case 'v' -> "{uidvalidity}";
            default -> "{md5-dovecot}";
          });
      at = letter + 1;
    }
    return Optional.of(format.toString());
  }
}
