package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// [ContentDecoder#base64].
final class Base64Decoder implements ContentDecoder {
  private static final byte SKIPPED = -1;
  private static final byte[] SIX_BITS = sixBits();

  private int quartet;
  private int digits;
  private boolean ended;

  private static byte[] sixBits() {
    var table = new byte[256];
    Arrays.fill(table, SKIPPED);
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      table[alphabet.charAt(i)] = (byte) i;
    }
    return table;
  }

  @Override
  public void decode(ByteBuffer in, ByteBuffer out) {
    while (in.hasRemaining() && !ended) {
      byte octet = in.get();
      int bits = SIX_BITS[octet & 0xFF];
      if (bits != SKIPPED) {
        digit(bits, out);
      } else if (octet == '=') {
        pad(out);
      }
    }
    in.position(in.limit());
  }

  private void digit(int bits, ByteBuffer out) {
    quartet = quartet << 6 | bits;
    if (++digits == 4) {
      out.put((byte) (quartet >> 16)).put((byte) (quartet >> 8)).put((byte) quartet);
      quartet = 0;
      digits = 0;
    }
  }

  /// The first padding ends the octets; the second one, if there is one, says nothing new.
  private void pad(ByteBuffer out) {
    ended = true;
    if (digits == 2) {
      out.put((byte) (quartet >> 4));
    } else if (digits == 3) {
      out.put((byte) (quartet >> 10)).put((byte) (quartet >> 2));
    }
  }

  @Override
  public void finish(ByteBuffer out) {}
}
