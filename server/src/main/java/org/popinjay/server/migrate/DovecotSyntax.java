package org.popinjay.server.migrate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.popinjay.server.migrate.DovecotImport.Includes;
import org.popinjay.server.migrate.DovecotImport.SourceFile;
import org.popinjay.server.migrate.DovecotNode.Assignment;
import org.popinjay.server.migrate.DovecotNode.Section;
import org.popinjay.server.migrate.DovecotNode.Unread;

/// Reads the files of Dovecot 2.3 and 2.4, and what `doveconf -n` prints.
///
/// Never throws for what they hold. `$name` in a value stands for what the same name was given
/// before it.
final class DovecotSyntax {
  private static final int INCLUDES_DEEP = 16;

  private final Includes includes;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final Map<String, String> values = new HashMap<>();
  private int deep;

  private record Level(String kind, String name, List<DovecotNode> nodes, String place) {}

  private DovecotSyntax(Includes includes) {
    this.includes = includes;
    levels.push(new Level("", "", new ArrayList<>(), ""));
  }

  /// Reads a file with what it includes.
  static List<DovecotNode> read(SourceFile file, Includes includes) {
    var syntax = new DovecotSyntax(includes);
    syntax.read(file);
    while (syntax.levels.size() > 1) {
      syntax.close();
    }
    return List.copyOf(syntax.levels.element().nodes());
  }

  private void read(SourceFile file) {
    var begun = new StringBuilder();
    int number = 0;
    for (var raw : file.text().lines().toList()) {
      number++;
      var line = withoutComment(raw).strip();
      if (line.endsWith("\\")) {
        begun.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      line = begun.append(line).toString().strip();
      begun.setLength(0);
      if (!line.isEmpty()) {
        if (line.startsWith("!include")) {
          include(line, file.name(), number);
        } else {
          line(line, file.name() + ":" + number);
        }
      }
    }
  }

  private void line(String line, String place) {
    if (line.equals("}")) {
      close();
    } else if (line.endsWith("{") && !isAssignment(line)) {
      open(line.substring(0, line.length() - 1).strip(), place);
    } else if (isAssignment(line)) {
      assign(line, place);
    } else {
      int brace = line.indexOf('{');
      if (brace > 0 && line.endsWith("}")) {
        open(line.substring(0, brace).strip(), place);
        var inside = line.substring(brace + 1, line.length() - 1).strip();
        if (!inside.isEmpty()) {
          line(inside, place);
        }
        close();
      } else {
        add(new Unread(line, place));
      }
    }
  }

  /// Whether there is an equals sign in front of any brace.
  private static boolean isAssignment(String line) {
    int equals = line.indexOf('=');
    int brace = line.indexOf('{');
    return equals > 0 && (brace < 0 || equals < brace);
  }

  private void assign(String line, String place) {
    int equals = line.indexOf('=');
    var key = line.substring(0, equals).strip();
    var value = unquoted(filled(line.substring(equals + 1).strip()));
    values.put(key, value);
    add(new Assignment(key, value, place));
  }

  private void include(String line, String from, int number) {
    int space = line.indexOf(' ');
    var pattern = space < 0 ? "" : unquoted(line.substring(space + 1).strip());
    boolean mayMiss = line.startsWith("!include_try");
    var files = deep == INCLUDES_DEEP ? List.<SourceFile>of() : includes.of(from, pattern);
    if (files.isEmpty() && !mayMiss) {
      add(new Unread(line, from + ":" + number));
    }
    deep++;
    files.forEach(this::read);
    deep--;
  }

  private void open(String head, String place) {
    int space = head.indexOf(' ');
    var kind = space < 0 ? head : head.substring(0, space);
    var name = space < 0 ? "" : unquoted(head.substring(space + 1).strip());
    levels.push(new Level(kind, name, new ArrayList<>(), place));
  }

  /// A brace too many is passed over.
  private void close() {
    if (levels.size() > 1) {
      var level = levels.pop();
      add(new Section(level.kind(), level.name(), level.nodes(), level.place()));
    }
  }

  private void add(DovecotNode node) {
    levels.element().nodes().add(node);
  }

  private String filled(String value) {
    var text = new StringBuilder();
    int at = 0;
    while (at < value.length()) {
      char c = value.charAt(at++);
      int end = at;
      while (c == '$' && end < value.length() && isNamePart(value.charAt(end))) {
        end++;
      }
      if (end > at) {
        text.append(values.getOrDefault(value.substring(at, end), ""));
        at = end;
      } else {
        text.append(c);
      }
    }
    return text.toString().strip();
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  /// A number sign begins a comment at the begin of a line or behind a blank, outside of quotes.
  private static String withoutComment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && (i == 0 || line.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (c == '#' && !quoted && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
        return line.substring(0, i);
      }
    }
    return line;
  }

  private static String unquoted(String value) {
    boolean is =
        value.length() > 1
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return is
        ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\").strip()
        : value;
  }
}
