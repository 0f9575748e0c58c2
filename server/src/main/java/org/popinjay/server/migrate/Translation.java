package org.popinjay.server.migrate;

import java.util.List;

/// The settings of another server in our words.
///
/// @param yaml a settings file that says where each value came from
/// @param leftovers what it cannot say
public record Translation(String yaml, List<Leftover> leftovers) {

  /// Copies the list.
  public Translation {
    leftovers = List.copyOf(leftovers);
  }

  /// A setting without a counterpart.
  ///
  /// @param what its name, and where it stands
  /// @param hint why, and what to do instead
  public record Leftover(String what, String hint) {

    @Override
    public String toString() {
      return what + ": " + hint;
    }
  }

  /// The settings file with the leftovers as comments at its end.
  public String print() {
    var text = new StringBuilder(yaml);
    if (!leftovers.isEmpty()) {
      text.append("\n# Without a counterpart:\n");
      leftovers.forEach(one -> text.append("# - ").append(oneLine(one.toString())).append('\n'));
    }
    return text.toString();
  }

  static String oneLine(String text) {
    var line = new StringBuilder(text.length());
    text.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(line::appendCodePoint);
    return line.toString();
  }
}
