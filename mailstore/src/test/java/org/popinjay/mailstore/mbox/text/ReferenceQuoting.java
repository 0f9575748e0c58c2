package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.message.HeaderReader;

/// What `StorableMessage` does to headers and bodies, once more and in another way.
final class ReferenceQuoting {
  private static final byte[] LOWER_ESCAPE = ascii("x-popinjay-esc-");

  private boolean lineBegins = true;
  private int matched;
  private int owed;

  /// A header block, made fit to be stored.
  static final class StorableHeader {
    private final byte[] octets;
    private final boolean escaped;

    private StorableHeader(byte[] octets, boolean escaped) {
      this.octets = octets;
      this.escaped = escaped;
    }

    /// The octets to store; the caller's to keep.
    byte[] octets() {
      return octets;
    }

    /// Whether a name got the prefix.
    boolean isEscaped() {
      return escaped;
    }
  }

  /// Quotes lines and gives the prefix to names that would be hidden, and to those that have it
  /// already. Line ends stay what they are. Of a header that is too large to be understood the rest
  /// is only quoted.
  static StorableHeader storableHeader(byte[] header) {
    var out = new ByteArrayOutputStream(header.length + 64);
    boolean escaped = false;
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      int start = field.start();
      var known = KnownField.of(field);
      if ((known != null && known.isHidden()) || isEscaped(header, start)) {
        out.writeBytes(ascii(Quoting.ESCAPE));
        escaped = true;
      } else if (isQuotable(header, start)) {
        out.write('>');
      }
      out.write(header, start, field.end() - start);
    }
    var rest = ByteBuffer.wrap(header).position(field.start());
    var quotedRest = ByteBuffer.allocate(2 * rest.remaining() + 1);
    new ReferenceQuoting().quote(rest, true, quotedRest);
    out.write(quotedRest.array(), 0, quotedRest.position());
    return new StorableHeader(out.toByteArray(), escaped);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static boolean isEscaped(byte[] octets, int start) {
    int count = Math.min(LOWER_ESCAPE.length, octets.length - start);
    for (int i = 0; i < count; i++) {
      if (lower(octets[start + i]) != LOWER_ESCAPE[i]) {
        return false;
      }
    }
    return count == LOWER_ESCAPE.length;
  }

  private static boolean isQuotable(byte[] octets, int start) {
    int at = start;
    while (at < octets.length && octets[at] == '>') {
      at++;
    }
    for (int i = 0; i < Quoting.FROM.length(); i++) {
      if (at + i >= octets.length || octets[at + i] != Quoting.FROM.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }

  /// Quotes octets of a body on their way to a spool, and advances the positions of both buffers.
  ///
  /// @param plain the next octets; line ends are already those of the spool
  /// @param last whether they are the last ones of the message; true again when called for what did
  ///   not fit
  /// @param out where the quoted octets go
  /// @return whether all octets so far were put out; false asks for another call with more room
  boolean quote(ByteBuffer plain, boolean last, ByteBuffer out) {
    while (out.hasRemaining()) {
      if (owed > 0) {
        out.put((byte) Quoting.FROM.charAt(matched - owed));
        owed--;
        matched = owed == 0 ? 0 : matched;
      } else if (!plain.hasRemaining()) {
        if (!last || matched == 0) {
          return true;
        }
        owed = matched;
        lineBegins = false;
      } else {
        quoteNext(plain, out);
      }
    }
    return !plain.hasRemaining() && owed == 0 && (!last || matched == 0);
  }

  private void quoteNext(ByteBuffer plain, ByteBuffer out) {
    byte octet = plain.get(plain.position());
    if (!lineBegins || (matched == 0 && octet == '>')) {
      plain.get();
      out.put(octet);
      lineBegins = octet == '\n' || (lineBegins && octet == '>');
    } else if (octet == Quoting.FROM.charAt(matched)) {
      plain.get();
      matched++;
      if (matched == Quoting.FROM.length()) {
        out.put((byte) '>');
        owed = matched;
        lineBegins = false;
      }
    } else {
      owed = matched;
      lineBegins = false;
    }
  }
}
