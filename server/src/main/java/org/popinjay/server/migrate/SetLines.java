package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.List;

/// Lines `set NAME = VALUE`, `set NAME VALUE`, `set NAME` and `reset NAME`, as qpopper and the
/// c-client library of UW have them in their files.
final class SetLines {
  private SetLines() {}

  /// One line.
  ///
  /// @param value empty where there is none; `false` for `reset`
  record SetLine(String name, String value, String place) {}

  /// The lines that set something, and as names without value those that are something else.
  static List<SetLine> read(String file, String text) {
    var lines = new ArrayList<SetLine>();
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      var line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      var place = file + ":" + number;
      if (line.startsWith("set ")) {
        lines.add(set(line.substring(4).strip(), place));
      } else if (line.startsWith("reset ")) {
        lines.add(new SetLine(line.substring(6).strip(), "false", place));
      } else {
        lines.add(new SetLine("", line, place));
      }
    }
    return lines;
  }

  private static SetLine set(String text, String place) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '=' && text.charAt(end) != ' ') {
      end++;
    }
    var value = text.substring(end).strip();
    if (value.startsWith("=")) {
      value = value.substring(1).strip();
    }
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return new SetLine(
        text.substring(0, end), quoted ? value.substring(1, value.length() - 1) : value, place);
  }
}
