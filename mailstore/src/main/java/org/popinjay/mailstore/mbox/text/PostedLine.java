package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.ZoneId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.bulletin.SeparatorReader;
import org.popinjay.mailstore.mbox.text.FromLine.DateForm;

/// Reads the From_ line of a bulletin.
public final class PostedLine implements SeparatorReader {
  private static final String FROM = "From ";

  private final ZoneId zone;

  /// @param zone of dates without one
  public PostedLine(ZoneId zone) {
    this.zone = zone;
  }

  @Override
  public @Nullable Posting read(byte[] octets, int end) {
    int judged = Math.min(end, FromLine.JUDGED_OCTETS);
    var text = new String(octets, 0, judged, ISO_8859_1);
    if (!text.startsWith(FROM)) {
      return null;
    }
    var line = FromLine.parse(Arrays.copyOf(octets, judged), judged, judged == end, zone);
    return line.date() == DateForm.NONE
        ? null
        : new Posting(sender(text), new InternalDate(line.seconds(), 0));
  }

  /// The first word, which may hold blanks in quotes.
  private static String sender(String line) {
    boolean quoted = false;
    int end = FROM.length();
    while (end < line.length() && (quoted || !isBlank(line.charAt(end)))) {
      quoted ^= line.charAt(end) == '"';
      end++;
    }
    return line.substring(FROM.length(), end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
