package org.popinjay.server.manual;

import java.util.StringTokenizer;

/// A manual page in the making, in the macros of man(7). Texts may hold words in backquotes, which
/// become bold.
final class Roff {
  private final StringBuilder page = new StringBuilder();

  /// @param section of the manual
  Roff(String name, int section) {
    page.append(".TH ").append(name).append(' ').append(section).append(" \"\" Popinjay\n");
    page.append(".nh\n.ad l\n");
  }

  Roff heading(String words) {
    page.append(".SH ").append(escaped(words)).append('\n');
    return this;
  }

  Roff part(String words) {
    page.append(".SS ").append(escaped(words)).append('\n');
    return this;
  }

  Roff paragraph(String text) {
    page.append(".PP\n");
    return text(text);
  }

  /// Something and, indented below it, what it means.
  Roff entry(String tag, String text) {
    page.append(".TP\n.B ").append(escaped(tag)).append('\n');
    return text(text);
  }

  Roff item(String text) {
    page.append(".IP \\(bu 2\n");
    return text(text);
  }

  /// Lines as they are.
  Roff example(String lines) {
    page.append(".PP\n.EX\n");
    lines.lines().forEach(line -> page.append(protectedLine(escaped(line))).append('\n'));
    page.append(".EE\n");
    return this;
  }

  private Roff text(String text) {
    var words = new StringBuilder();
    boolean bold = false;
    var pieces = new StringTokenizer(text.strip(), "`", true);
    while (pieces.hasMoreTokens()) {
      var piece = pieces.nextToken();
      if (piece.equals("`")) {
        bold = !bold;
        words.append(bold ? "\\fB" : "\\fR");
      } else {
        words.append(escaped(piece));
      }
    }
    words.toString().lines().forEach(line -> page.append(protectedLine(line)).append('\n'));
    return this;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-");
  }

  /// A full stop or an apostrophe at the beginning would be a request.
  private static String protectedLine(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
