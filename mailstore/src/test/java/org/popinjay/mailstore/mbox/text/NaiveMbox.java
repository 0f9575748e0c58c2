package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.popinjay.mailstore.mbox.disk.ContentDigest;

/// A second opinion on what messages a spool has and how they look on the wire: line by line, slow,
/// sharing nothing with the scanner but [FromLine]. Knows no limits and no Content-Length.
final class NaiveMbox {
  private static final Set<String> HIDDEN =
      Set.of(
          "status",
          "x-status",
          "x-keywords",
          "x-uid",
          "x-imap",
          "x-imapbase",
          "content-length",
          "x-popinjay");

  private NaiveMbox() {}

  /// A message as it should be found; `stored` is what lies behind the From_ line and before the
  /// separator.
  record Message(
      int offset,
      int end,
      String fromLine,
      String header,
      String body,
      int separator,
      String wire) {

    boolean hasBlankLine() {
      return header.equals("\n")
          || header.equals("\r\n")
          || header.endsWith("\n\n")
          || header.endsWith("\n\r\n");
    }

    long bodyDigest() {
      boolean open = !body.isEmpty() && !body.endsWith("\n");
      byte[] octets = (open ? body + "\n" : body).getBytes(ISO_8859_1);
      var digest = new ContentDigest();
      digest.update(MemorySegment.ofArray(octets), 0, octets.length);
      return digest.value();
    }
  }

  /// Messages of a spool that begins with a From_ line.
  static List<Message> messages(String spool) {
    var lines = lines(spool);
    var messages = new ArrayList<Message>();
    int offset = 0;
    int at = 0;
    while (at < lines.size()) {
      String fromLine = lines.get(at++);
      var header = new StringBuilder();
      boolean inHeader = true;
      boolean blankLine = false;
      var body = new ArrayList<String>();
      while (at < lines.size()) {
        String line = lines.get(at);
        String before = lines.get(at - 1);
        if (line.startsWith("From ") && (!inHeader || !header.isEmpty())) {
          if (fromLine(line).separates(!inHeader && isBlank(before))) {
            break;
          }
        }
        if (!inHeader) {
          body.add(line);
        } else {
          header.append(line);
          inHeader = !isBlank(line);
          blankLine = !inHeader;
        }
        at++;
      }
      int separator = 0;
      if (!body.isEmpty() && isBlank(body.getLast())) {
        separator = body.removeLast().length();
      }
      String text = String.join("", body);
      int end = offset + fromLine.length() + header.length() + text.length() + separator;
      String wire = wire(header.toString(), text, blankLine);
      messages.add(new Message(offset, end, fromLine, header.toString(), text, separator, wire));
      offset = end;
    }
    return messages;
  }

  static String wire(String header, String body, boolean blankLine) {
    var out = new StringBuilder();
    boolean hidden = false;
    for (var line : lines(header)) {
      boolean continuation = line.startsWith(" ") || line.startsWith("\t");
      int colon = line.indexOf(':');
      if (!continuation || (out.isEmpty() && !hidden)) {
        hidden =
            !continuation
                && colon > 0
                && HIDDEN.contains(line.substring(0, colon).toLowerCase(Locale.ROOT));
      }
      out.append(hidden ? "" : onWire(line));
    }
    for (var line : lines(body)) {
      out.append(onWire(line));
    }
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '\n') {
      out.append("\r\n");
    }
    return out + (blankLine ? "" : "\r\n");
  }

  private static String onWire(String line) {
    String noNul = line.replace('\0', '\u0080');
    return noNul.endsWith("\n") && !noNul.endsWith("\r\n")
        ? noNul.substring(0, noNul.length() - 1) + "\r\n"
        : noNul;
  }

  private static FromLine fromLine(String line) {
    byte[] octets = line.getBytes(ISO_8859_1);
    int length = Math.min(octets.length, FromLine.JUDGED_OCTETS);
    return FromLine.parse(octets, length, length == octets.length, ZoneOffset.UTC);
  }

  private static boolean isBlank(String line) {
    return line.equals("\n") || line.equals("\r\n");
  }

  static List<String> lines(String text) {
    var lines = new ArrayList<String>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(start, end));
      start = end;
    }
    return lines;
  }
}
