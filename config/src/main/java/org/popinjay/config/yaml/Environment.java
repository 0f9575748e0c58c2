package org.popinjay.config.yaml;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Fills `${NAME}` and `${NAME:-default}` in.
final class Environment {
  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /// What became of a text.
  sealed interface Outcome {
    /// The text, and the names of the variables it came from.
    record Filled(String text, Set<String> names) implements Outcome {}

    /// A variable that is not set, or no variable at all.
    record Failed(String found, String expected) implements Outcome {}
  }

  Outcome fill(String text) {
    if (text.indexOf("${") < 0) {
      return new Outcome.Filled(text, Set.of());
    }
    var filled = new StringBuilder();
    var names = new LinkedHashSet<String>();
    int at = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        return new Outcome.Failed("${ without }", "${NAME} or ${NAME:-default}");
      }
      var inner = text.substring(open + 2, close);
      int dash = inner.indexOf(":-");
      var name = dash < 0 ? inner : inner.substring(0, dash);
      if (!isName(name)) {
        return new Outcome.Failed("${" + inner + "}", "${NAME} or ${NAME:-default}");
      }
      var value = variables.get(name);
      if (dash >= 0 && (value == null || value.isEmpty())) {
        value = inner.substring(dash + 2);
      }
      if (value == null) {
        return new Outcome.Failed(
            "${" + name + "}, which is not set",
            "the environment variable " + name + " or ${" + name + ":-default}");
      }
      filled.append(text, at, open).append(value);
      names.add(name);
      at = close + 1;
    }
    return new Outcome.Filled(filled.append(text, at, text.length()).toString(), names);
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || Character.isDigit(text.charAt(0))) {
      return false;
    }
    return text.chars()
        .allMatch(c ->
            c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  }
}
