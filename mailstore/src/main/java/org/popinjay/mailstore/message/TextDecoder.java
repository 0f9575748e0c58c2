package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes characters of octets, cut anywhere.
///
/// Of a charset that is not known, octets are read as UTF-8, and those that cannot be that as
/// windows-1252. Never fails: octets that mean nothing become U+FFFD. Not thread-safe.
public final class TextDecoder {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final int MOST_CHARACTERS = 4_096;

  /// Octets that begin a character which later ones end; no charset has longer ones.
  private static final int MOST_LEFT = 64;

  private final CharsetDecoder decoder;
  private final boolean guessing;
  private final CharBuffer characters = CharBuffer.allocate(MOST_CHARACTERS);
  private final ByteBuffer left = ByteBuffer.allocate(MOST_LEFT);

  /// Of a charset as a mail names it; null where the mail names none.
  public TextDecoder(@Nullable String charset) {
    Charset known = charset == null ? null : Charsets.known(charset);
    guessing = known == null || known.equals(StandardCharsets.UTF_8);
    decoder =
        (known == null ? StandardCharsets.UTF_8 : known)
            .newDecoder()
            .onMalformedInput(guessing ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  /// Takes the next octets, all of them.
  ///
  /// @param out takes characters; they are valid during the call
  public void decode(ByteBuffer octets, Consumer<CharBuffer> out) {
    while (left.position() > 0 && octets.hasRemaining()) {
      left.put(octets.get());
      left.flip();
      run(left, false, out);
      left.compact();
      if (!left.hasRemaining()) {
        left.clear();
      }
    }
    run(octets, false, out);
    while (octets.hasRemaining()) {
      byte octet = octets.get();
      if (left.hasRemaining()) {
        left.put(octet);
      }
    }
    give(out);
  }

  /// Says that there are no more octets.
  public void finish(Consumer<CharBuffer> out) {
    left.flip();
    run(left, true, out);
    while (decoder.flush(characters).isOverflow()) {
      give(out);
    }
    give(out);
  }

  private void run(ByteBuffer in, boolean last, Consumer<CharBuffer> out) {
    while (true) {
      CoderResult result = decoder.decode(in, characters, last);
      if (result.isUnderflow()) {
        return;
      }
      if (result.isOverflow()) {
        give(out);
      } else {
        guess(in, result.length(), out);
      }
    }
  }

  private void guess(ByteBuffer in, int length, Consumer<CharBuffer> out) {
    if (characters.remaining() < length) {
      give(out);
    }
    var octets = new byte[length];
    in.get(octets);
    characters.put(new String(octets, WINDOWS_1252));
  }

  private void give(Consumer<CharBuffer> out) {
    characters.flip();
    if (characters.hasRemaining()) {
      out.accept(characters);
    }
    characters.clear();
  }
}
