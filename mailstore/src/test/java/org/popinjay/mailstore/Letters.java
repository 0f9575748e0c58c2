package org.popinjay.mailstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Messages for tests: each with a serial number that tells it from every other one.
public final class Letters {
  private static final String FIELD = "X-Serial: ";

  private Letters() {}

  /// A small message, line ends LF, that a delivery agent stores as it is.
  public static byte[] letter(int serial) {
    return octets(
        "From: tea@example.org\nSubject: letter %d\n%s%d\n\nThis is letter %d.\n%s"
            .formatted(serial, FIELD, serial, serial, "more text\n".repeat(serial % 7)));
  }

  /// The serial number of a message, whether or not its line ends are CRLF.
  public static int serial(byte[] message) {
    var text = new String(message, ISO_8859_1);
    int at = text.indexOf(FIELD) + FIELD.length();
    int end = at;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return Integer.parseInt(text, at, end, 10);
  }

  /// Messages with something odd about them, by what it is. Line ends are LF; no line but the first
  /// of a header begins like a From_ line, so that a delivery agent stores them as they are.
  public static Map<String, byte[]> awkward() {
    var letters = new LinkedHashMap<String, String>();
    var header = "Subject: odd\nX-Odd: yes\n";
    letters.put("no body", header + "\n");
    letters.put("header only", header);
    letters.put("no header", "\nbody\n");
    letters.put("empty lines at the end", header + "\nbody\n\n\n\n");
    letters.put("lines of dots", header + "\n.\n..\n.x\n...\n.\n");
    letters.put("a header field of dots", ".dots: yes\n" + header + "\nbody\n");
    letters.put("NUL", header + "\nbefore\0after\n\0\n");
    letters.put("eight bits", header + "\n\u00e4\u00ff\u0080\u00c3\u00a4\n");
    letters.put("CR alone", header + "\na\rb\r\rc\n");
    letters.put("CR before a line end", header + "\nwindows\r\nunix\n\r\n");
    letters.put("quoted From", header + "\n>From here\n>>From there\n From\nfrom\n");
    letters.put("a body like a header", header + "\nSubject: no\nX-UID: 7\n");
    letters.put("folded fields", "Subject: a\n b\n\tc\n" + header + "\nbody\n");
    for (int length : List.of(1022, 1023, 1024, 1025, 65_535, 65_536, 65_537, 200_000)) {
      letters.put(
          "a line of " + length + " octets",
          header + "\n" + "x".repeat(length - 1) + "." + "\n." + "y".repeat(length - 1) + "\n");
    }
    var octets = new LinkedHashMap<String, byte[]>();
    letters.forEach((name, text) -> octets.put(name, octets(text)));
    return octets;
  }

  private static byte[] octets(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
