package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What can be told of a frame from its first octets, before it is complete.
public final class FrameStart {
  private static final Set<String> FOREIGN_METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private FrameStart() {}

  /// The tag, or null if there is none that could be answered to.
  ///
  /// @param longest octets of a tag
  public static @Nullable String tag(byte[] octets, int length, int longest) {
    int end = word(octets, 0, Math.min(length, longest + 1));
    for (int at = 0; at < end; at++) {
      boolean fits = ImapLexer.isAtomOctet(octets[at]) || octets[at] == ']';
      if (!fits || octets[at] == '+') {
        return null;
      }
    }
    boolean whole = end < length && octets[end] == ' ';
    return end > 0 && whole ? new String(octets, 0, end, US_ASCII) : null;
  }

  /// Whether the command is AUTHENTICATE, whose argument may be a token that is long.
  public static boolean isAuthenticate(byte[] octets, int length) {
    return verbEnd(octets, length, "AUTHENTICATE") >= 0;
  }

  /// Whether the mark of a literal at the end of the octets announces a message and not, as the
  /// first argument of APPEND, the name of a mailbox.
  ///
  /// @param firstLine whether it is the first mark of the frame
  public static boolean announcesMessage(byte[] octets, int length, boolean firstLine) {
    int at = verbEnd(octets, length, "APPEND");
    if (at < 0) {
      return false;
    }
    while (at < length && octets[at] == ' ') {
      at++;
    }
    return at < length && !(firstLine && octets[at] == '{');
  }

  /// Whether the first line of a connection is the request of a web browser, which a web page can
  /// make send anything behind it.
  public static boolean isForeign(byte[] octets, int length) {
    int end = word(octets, 0, length);
    if (end == length || end > 7) {
      return false;
    }
    var method = new String(octets, 0, end, US_ASCII).toUpperCase(Locale.ROOT);
    var rest = new String(octets, end, length - end, US_ASCII);
    return FOREIGN_METHODS.contains(method) && rest.contains(" HTTP/");
  }

  /// Where the argument of a command begins, its first space included; -1 if it is another command.
  private static int verbEnd(byte[] octets, int length, String verb) {
    int from = word(octets, 0, length);
    while (from < length && octets[from] == ' ') {
      from++;
    }
    int end = from + verb.length();
    if (end >= length || octets[end] != ' ') {
      return -1;
    }
    var word = new String(Arrays.copyOfRange(octets, from, end), US_ASCII);
    return word.equalsIgnoreCase(verb) ? end : -1;
  }

  private static int word(byte[] octets, int from, int length) {
    int at = from;
    while (at < length && octets[at] != ' ') {
      at++;
    }
    return at;
  }
}
