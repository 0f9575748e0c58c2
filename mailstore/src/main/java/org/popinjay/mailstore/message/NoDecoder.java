package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;

/// For content that is not encoded.
final class NoDecoder implements ContentDecoder {

  @Override
  public void decode(ByteBuffer in, ByteBuffer out) {
    out.put(in);
  }

  @Override
  public void finish(ByteBuffer out) {}
}
