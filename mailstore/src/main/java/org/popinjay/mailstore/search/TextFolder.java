package org.popinjay.mailstore.search;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.search.CaseMap.Folded;

/// Turns the octets of one text, cut anywhere, into their folded form. Not thread-safe.
sealed interface TextFolder {
  /// Octets that are not UTF-8 where no charset says what they are.
  Charset WESTERN = Charset.forName("windows-1252");

  /// The one for a charset.
  ///
  /// @param charset null if it is not known: octets are UTF-8, and those that are not are
  ///   windows-1252
  static TextFolder of(@Nullable Charset charset) {
    if (charset == null) {
      return new Utf8(OneOctet.table(WESTERN));
    }
    if (charset.equals(StandardCharsets.UTF_8)) {
      return new Utf8(null);
    }
    byte[][] table = OneOctet.table(charset);
    return table.length > 0 ? new OneOctet(table) : new Other(charset);
  }

  /// Adds the folded form of the next octets.
  void fold(byte[] octets, int from, int to, Folded into);

  /// Adds what is left when there are no more octets.
  void end(Folded into);

  /// Whether octets that are ASCII may be looked at as they are, instead of being folded.
  boolean takesAsciiAsItIs();

  /// UTF-8, decoded here since ordinary mail is this, and mostly ASCII.
  final class Utf8 implements TextFolder {
    private static final int REPLACEMENT = 0xFFFD;

    private final byte @Nullable [][] otherwise;

    /// A character that was cut.
    private byte[] left = new byte[0];

    /// @param otherwise what octets are that are not UTF-8; null means no character
    private Utf8(byte @Nullable [][] otherwise) {
      this.otherwise = otherwise;
    }

    @Override
    public boolean takesAsciiAsItIs() {
      return left.length == 0;
    }

    @Override
    public void fold(byte[] octets, int from, int to, Folded into) {
      if (left.length > 0) {
        byte[] all = Arrays.copyOf(left, left.length + to - from);
        System.arraycopy(octets, from, all, left.length, to - from);
        left = new byte[0];
        fold(all, 0, all.length, into);
        return;
      }
      int at = from;
      while ((at = into.addAscii(octets, at, to)) < to) {
        int length = length(octets[at]);
        if (to - at < length && areContinuations(octets, at + 1, to)) {
          left = Arrays.copyOfRange(octets, at, to);
          return;
        }
        int character = length == 0 ? -1 : character(octets, at, length, to);
        if (character < 0) {
          wrong(octets[at], into);
          at++;
        } else {
          into.add(character);
          at += length;
        }
      }
    }

    @Override
    public void end(Folded into) {
      for (byte octet : left) {
        wrong(octet, into);
      }
      left = new byte[0];
    }

    private void wrong(byte octet, Folded into) {
      if (otherwise == null) {
        into.add(REPLACEMENT);
      } else {
        into.addFolded(otherwise[octet & 0x7F]);
      }
    }

    /// Octets of a character that begins so; 0 if none does.
    private static int length(byte first) {
      int octet = first & 0xFF;
      if (octet < 0xC2 || octet > 0xF4) {
        return 0;
      }
      return octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
    }

    private static boolean areContinuations(byte[] octets, int from, int to) {
      for (int at = from; at < to; at++) {
        if ((octets[at] & 0xC0) != 0x80) {
          return false;
        }
      }
      return true;
    }

    /// The character, or -1 if the octets are none: incomplete, too long, a surrogate, or too
    /// great.
    private static int character(byte[] octets, int at, int length, int to) {
      if (to - at < length || !areContinuations(octets, at + 1, at + length)) {
        return -1;
      }
      int character = octets[at] & (0x7F >> length);
      for (int i = 1; i < length; i++) {
        character = character << 6 | (octets[at + i] & 0x3F);
      }
      boolean tooLong = length == 3 ? character < 0x800 : length == 4 && character < 0x10000;
      boolean surrogate = character >> 11 == 0xD800 >> 11;
      return tooLong || surrogate || character > Character.MAX_CODE_POINT ? -1 : character;
    }
  }

  /// A charset of one octet each that begins with ASCII.
  final class OneOctet implements TextFolder {
    private static final Map<Charset, byte[][]> TABLES = new ConcurrentHashMap<>();

    private final byte[][] table;

    private OneOctet(byte[][] table) {
      this.table = table;
    }

    /// The folded forms of the octets 128..255; empty if the charset is not of this kind.
    static byte[][] table(Charset charset) {
      return TABLES.computeIfAbsent(charset, OneOctet::newTable);
    }

    private static byte[][] newTable(Charset charset) {
      byte[] octets = new byte[256];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = (byte) i;
      }
      var ascii = new String(octets, 0, 128, StandardCharsets.US_ASCII);
      boolean one = charset.canEncode() && charset.newEncoder().maxBytesPerChar() == 1;
      if (!one || !new String(octets, 0, 128, charset).equals(ascii)) {
        return new byte[0][];
      }
      var upper = new byte[128][];
      for (int i = 0; i < upper.length; i++) {
        upper[i] = CaseMap.fold(new String(octets, 128 + i, 1, charset));
      }
      return upper;
    }

    @Override
    public boolean takesAsciiAsItIs() {
      return true;
    }

    @Override
    public void fold(byte[] octets, int from, int to, Folded into) {
      int at = from;
      while ((at = into.addAscii(octets, at, to)) < to) {
        into.addFolded(table[octets[at++] & 0x7F]);
      }
    }

    @Override
    public void end(Folded into) {}
  }

  /// Any charset that Java knows.
  final class Other implements TextFolder {
    private static final int CHARS = 4 << 10;

    private final CharsetDecoder decoder;
    private final CharBuffer chars = CharBuffer.allocate(CHARS);

    /// A character that was cut.
    private ByteBuffer left = ByteBuffer.allocate(0);

    private Other(Charset charset) {
      decoder =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    @Override
    public boolean takesAsciiAsItIs() {
      return false;
    }

    @Override
    public void fold(byte[] octets, int from, int to, Folded into) {
      var in = ByteBuffer.allocate(left.remaining() + to - from);
      decode(in.put(left).put(octets, from, to - from).flip(), false, into);
      left = in;
    }

    @Override
    public void end(Folded into) {
      decode(left, true, into);
      decoder.flush(chars);
      fold(into);
    }

    private void decode(ByteBuffer in, boolean last, Folded into) {
      while (decoder.decode(in, chars, last).isOverflow()) {
        fold(into);
      }
      fold(into);
    }

    private void fold(Folded into) {
      into.add(chars.array(), 0, chars.position());
      chars.clear();
    }
  }
}
