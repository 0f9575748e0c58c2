package org.popinjay.mailstore.mbox;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Modified UTF-7 (RFC 3501, section 5.1.3), as some servers write the names of folders to disk.
final class ModifiedUtf7 {
  private ModifiedUtf7() {}

  /// Encodes a name.
  static String encode(String name) {
    var out = new StringBuilder();
    for (int at = 0; at < name.length(); ) {
      int end = at;
      while (end < name.length() && !isDirect(name.charAt(end))) {
        end++;
      }
      if (end > at) {
        var octets = name.substring(at, end).getBytes(StandardCharsets.UTF_16BE);
        var base64 = Base64.getEncoder().withoutPadding().encodeToString(octets);
        out.append('&').append(base64.replace('/', ',')).append('-');
        at = end;
      } else {
        out.append(name.charAt(at) == '&' ? "&-" : String.valueOf(name.charAt(at)));
        at++;
      }
    }
    return out.toString();
  }

  private static boolean isDirect(char c) {
    return c >= ' ' && c <= '~';
  }

  /// Decodes a name; empty for what [#encode] would never have written.
  static Optional<String> decode(String written) {
    var out = new StringBuilder();
    for (int at = 0; at < written.length(); at++) {
      char c = written.charAt(at);
      if (c != '&') {
        out.append(c);
        continue;
      }
      int end = written.indexOf('-', at);
      if (end < 0) {
        return Optional.empty();
      }
      if (end == at + 1) {
        out.append('&');
      } else {
        try {
          var octets = Base64.getDecoder().decode(written.substring(at + 1, end).replace(',', '/'));
          out.append(new String(octets, StandardCharsets.UTF_16BE));
        } catch (IllegalArgumentException _) {
          return Optional.empty();
        }
      }
      at = end;
    }
    var name = out.toString();
    return encode(name).equals(written) ? Optional.of(name) : Optional.empty();
  }
}
