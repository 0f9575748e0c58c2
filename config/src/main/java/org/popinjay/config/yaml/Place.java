package org.popinjay.config.yaml;

/// Where something was written.
///
/// @param source the settings file, or an option of the command line
/// @param line from 1; 0 where there are no lines
/// @param column from 1, in characters
public record Place(String source, int line, int column) {

  /// A place without lines.
  static Place whole(String source) {
    return new Place(source, 0, 0);
  }

  /// `file:line:column`, or the source alone.
  @Override
  public String toString() {
    return line == 0 ? source : source + ':' + line + ':' + column;
  }
}
