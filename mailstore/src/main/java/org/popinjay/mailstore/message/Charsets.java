package org.popinjay.mailstore.message;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;

/// Charsets by the names that mails give them.
public final class Charsets {
  private static final int LONGEST_NAME = 64;

  private Charsets() {}

  /// The charset of this name, null if it is not known. US-ASCII is not known in this sense, as
  /// mail that says so and has 8-bit octets means something else.
  public static @Nullable Charset known(String name) {
    int language = name.indexOf('*');
    var alone = (language < 0 ? name : name.substring(0, language)).strip();
    if (alone.isEmpty() || alone.length() > LONGEST_NAME) {
      return null;
    }
    try {
      var charset = Charset.forName(alone);
      return charset.equals(StandardCharsets.US_ASCII) ? null : charset;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return null;
    }
  }
}
