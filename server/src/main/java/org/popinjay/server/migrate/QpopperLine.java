package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.server.migrate.Translation.Leftover;

/// A line of qpopper's settings file that says something, read as qpopper reads it.
///
/// `set NAME = VALUE`, and `set NAME` and `reset NAME` of what is true or false. Names and words in
/// letters of any case; text in quotes of three kinds; `#` begins a comment. qpopper gives up at a
/// line that it does not understand; here the line is told, and the next one read.
sealed interface QpopperLine {

  /// An option with its value.
  ///
  /// @param name as qpopper's table spells it
  /// @param value `true` or `false`, a decimal number, a word in small letters, or a text without
  ///   its quotes
  record SetLine(String name, String value, String place) implements QpopperLine {}

  /// A line that sets nothing, and why.
  record Unread(Leftover why) implements QpopperLine {}

  /// Those of a file.
  static List<QpopperLine> read(String file, String text) {
    var lines = new ArrayList<QpopperLine>();
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      var in = new QpopperCursor(raw);
      if (!in.atEnd()) {
        lines.add(line(in, raw.strip(), file + ":" + number));
      }
    }
    return lines;
  }

  private static QpopperLine line(QpopperCursor in, String whole, String place) {
    var verb = in.token();
    boolean set = verb.equalsIgnoreCase("set");
    if (!set && !verb.equalsIgnoreCase("reset")) {
      return unread(whole, place, "neither set nor reset");
    }
    var name = in.token();
    var option = QpopperOption.named(name);
    if (option == null) {
      return unread(name, place, "not known to this import; see docs/configuration.md");
    }
    boolean truth = option.kind() == QpopperOption.Kind.TRUTH;
    if (!set && !truth) {
      return unread(whole, place, "only what is true or false can be reset");
    }
    if (truth && in.atEnd()) {
      return new SetLine(option.name(), String.valueOf(set), place);
    }
    var value = in.token().equals("=") ? in.value(option) : null;
    if (value == null || !in.atEnd()) {
      return unread(whole, place, "qpopper does not take this value either; set it by hand");
    }
    return new SetLine(option.name(), value, place);
  }

  private static Unread unread(String what, String place, String why) {
    return new Unread(new Leftover(what + ", " + place, why));
  }
}
