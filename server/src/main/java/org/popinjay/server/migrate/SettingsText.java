package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.popinjay.server.migrate.Translation.Leftover;

/// A settings file that grows, with a comment on each line that says where it came from.
final class SettingsText {
  private static final List<String> ORDER =
      List.of(
          "host",
          "listeners",
          "dns",
          "tls",
          "users",
          "auth",
          "mail",
          "mbox",
          "pop3",
          "imap",
          "folders",
          "legacy",
          "xtnd",
          "bulletins",
          "limits",
          "log");
  private static final String INDENT = "  ";

  private final Map<String, Object> tree = new LinkedHashMap<>();
  private final List<Leftover> leftovers = new ArrayList<>();

  private record Leaf(String value, String from) {}

  /// A value that needs no quotes: a number, a duration, a word.
  void word(String key, String value, String from) {
    put(key, value, from);
  }

  /// A value that is quoted. One that would be taken for a variable of the environment is left
  /// over.
  void text(String key, String value, String from) {
    if (value.contains("${")) {
      miss(from, "its value looks like a variable of the environment: " + value);
    } else {
      put(key, quoted(value), from);
    }
  }

  /// A list in one line.
  void list(String key, List<String> values, String from) {
    put(
        key,
        values.stream().map(SettingsText::quoted).collect(Collectors.joining(", ", "[", "]")),
        from);
  }

  /// A map in one line.
  void map(String key, Map<String, String> values, String from) {
    put(
        key,
        values.entrySet().stream()
            .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
            .collect(Collectors.joining(", ", "{ ", " }")),
        from);
  }

  /// One more item of a list of blocks, as `protocol: pop3, bind: "*:110"`.
  void item(String block, String entries, String from) {
    @SuppressWarnings("unchecked")
    var items = (List<Leaf>) tree.computeIfAbsent(block, _ -> new ArrayList<Leaf>());
    items.add(new Leaf("{ " + entries + " }", from));
  }

  /// One more certificate, chosen by the name that a client asks for.
  @SuppressWarnings("unchecked")
  void additional(String certificate, String key, String from) {
    var tls = (Map<String, Object>) tree.computeIfAbsent("tls", _ -> new LinkedHashMap<>());
    var items = (List<Leaf>) tls.computeIfAbsent("additional", _ -> new ArrayList<Leaf>());
    items.add(
        new Leaf("{ certificate: " + quoted(certificate) + ", key: " + quoted(key) + " }", from));
  }

  /// Something that has no counterpart.
  void miss(String what, String hint) {
    leftovers.add(new Leftover(what, hint));
  }

  @SuppressWarnings("unchecked")
  private void put(String key, String value, String from) {
    var at = tree;
    int begin = 0;
    for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', begin)) {
      at =
          (Map<String, Object>)
              at.computeIfAbsent(
                  key.substring(begin, dot), _ -> new LinkedHashMap<String, Object>());
      begin = dot + 1;
    }
    at.put(key.substring(begin), new Leaf(value, from));
  }

  /// The whole, with two lines in front that say what it is.
  Translation translation(String origin) {
    var text = new StringBuilder();
    text.append("# Settings of Popinjay for what ").append(Translation.oneLine(origin));
    text.append(" said.\n# Read them, then try them: popinjay check -c FILE\nversion: 1\n");
    tree.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> ORDER.indexOf(entry.getKey())))
        .forEach(entry -> {
          text.append('\n');
          write(text, "", entry.getKey(), entry.getValue());
        });
    return new Translation(text.toString(), leftovers);
  }

  private static void write(StringBuilder text, String indent, String key, Object value) {
    text.append(indent).append(key).append(':');
    switch (value) {
      case Leaf leaf -> end(text.append(' '), leaf);
      case List<?> items -> {
        text.append('\n');
        for (var item : items) {
          end(text.append(indent).append(INDENT).append("- "), (Leaf) item);
        }
      }
      case Map<?, ?> block -> {
        text.append('\n');
        block.forEach((name, below) ->
            write(
                text,
                indent + INDENT,
                String.valueOf(name),
                java.util.Objects.requireNonNull(below)));
      }
      default -> throw new IllegalStateException("a " + value.getClass());
    }
  }

  private static void end(StringBuilder text, Leaf leaf) {
    text.append(leaf.value());
    if (!leaf.from().isEmpty()) {
      text.append("  # ").append(Translation.oneLine(leaf.from()));
    }
    text.append('\n');
  }

  /// A double-quoted scalar of YAML.
  static String quoted(String value) {
    var text = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            text.append('\\').appendCodePoint(c);
          } else if (Character.isISOControl(c)) {
            text.append(String.format("\\x%02x", c));
          } else {
            text.appendCodePoint(c);
          }
        });
    return text.append('"').toString();
  }
}
