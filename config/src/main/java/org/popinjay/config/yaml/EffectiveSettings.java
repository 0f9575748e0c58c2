package org.popinjay.config.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

  /// A difference between two settings.
  ///
  /// @param before the value that was there; empty for a key that is new
  /// @param after the value that is there now; empty for a key that is gone
  /// @param restart whether a running server cannot take it
  public record Change(
      String key, Optional<String> before, Optional<String> after, boolean restart) {

    /// `key: before -> after`.
    @Override
    public String toString() {
      return key + ": " + before.orElse("nothing") + " -> " + after.orElse("nothing");
    }
  }

  /// Copies the entries.
  public EffectiveSettings {
    entries = List.copyOf(entries);
  }

  /// What is different in others, in the order of their keys; then what is gone.
  public List<Change> changesTo(EffectiveSettings others) {
    var gone = values();
    var changes = new ArrayList<Change>();
    for (var entry : others.entries) {
      var before = Optional.ofNullable(gone.remove(entry.key()));
      if (!before.equals(Optional.of(entry.value()))) {
        changes.add(change(entry.key(), before, Optional.of(entry.value())));
      }
    }
    gone.forEach((key, value) -> changes.add(change(key, Optional.of(value), Optional.empty())));
    return List.copyOf(changes);
  }

  /// What holds in a server that runs with these and took what it can of others without a restart.
  public EffectiveSettings taking(EffectiveSettings others) {
    var kept = entries.stream().filter(entry -> Schema.needsRestart(entry.key()));
    var taken = others.entries.stream().filter(entry -> !Schema.needsRestart(entry.key()));
    return new EffectiveSettings(Stream.concat(taken, kept).toList());
  }

  private static Change change(String key, Optional<String> before, Optional<String> after) {
    return new Change(key, before, after, Schema.needsRestart(key));
  }

  private Map<String, String> values() {
    var values = new LinkedHashMap<String, String>();
    entries.forEach(entry -> values.put(entry.key(), entry.value()));
    return values;
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
