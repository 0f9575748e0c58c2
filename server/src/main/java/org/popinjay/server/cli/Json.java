package org.popinjay.server.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prints values as one line of JSON (RFC 8259): maps, lists, numbers, booleans, and all else by
/// its `toString`.
final class Json {
  private Json() {}

  /// The text of a value.
  static String print(@Nullable Object value) {
    var out = new StringBuilder();
    put(out, value);
    return out.toString();
  }

  private static void put(StringBuilder out, @Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(out, map);
      case List<?> list -> {
        out.append('[');
        for (var each = list.iterator(); each.hasNext(); ) {
          put(out, each.next());
          separate(out, each);
        }
        out.append(']');
      }
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      default -> quoted(out, value.toString());
    }
  }

  private static void object(StringBuilder out, Map<?, ?> map) {
    out.append('{');
    for (var each = map.entrySet().iterator(); each.hasNext(); ) {
      var entry = each.next();
      quoted(out, String.valueOf(entry.getKey()));
      out.append(':');
      put(out, entry.getValue());
      separate(out, each);
    }
    out.append('}');
  }

  private static void separate(StringBuilder out, Iterator<?> each) {
    if (each.hasNext()) {
      out.append(',');
    }
  }

  /// Everything that is no visible ASCII is escaped (RFC 8259, section 7), so no terminal is spoken
  /// to by what a file is named.
  private static void quoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
