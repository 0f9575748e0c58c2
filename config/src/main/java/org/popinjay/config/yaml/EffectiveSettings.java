package org.popinjay.config.yaml;

import java.util.List;

/// Every setting as it holds, and where it came from: what `check --explain` prints.
///
/// @param entries in the order of the reference
public record EffectiveSettings(List<Entry> entries) {

  /// One setting.
  ///
  /// @param key `pop3.idleTimeout`, `listeners[0].bind`
  /// @param value as it would be written; a secret is `<hidden>`
  /// @param origin `default`, `file:line:column`, the same with the environment variables that were
  ///   filled in, or an option of the command line
  public record Entry(String key, String value, String origin) {}

  /// Copies the entries.
  public EffectiveSettings {
    entries = List.copyOf(entries);
  }

  /// One setting a line, `key: value # origin`, the origins below each other.
  public String print() {
    int width =
        entries.stream().mapToInt(e -> e.key().length() + e.value().length() + 2).max().orElse(0);
    var text = new StringBuilder();
    for (var entry : entries) {
      var line = entry.key() + ": " + entry.value();
      text.append(line)
          .repeat(' ', Math.min(width, 60) - Math.min(line.length(), Math.min(width, 60)))
          .append("  # ")
          .append(entry.origin())
          .append('\n');
    }
    return text.toString();
  }
}
