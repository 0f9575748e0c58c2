package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;

/// A target of the fuzzer: any octets are taken apart as a message, in the same way whole and octet
/// by octet. See CONTRIBUTING.md for how to run it.
public final class MessageFuzz {
  private MessageFuzz() {}

  /// What the fuzzer calls.
  public static void fuzzerTestOneInput(byte[] input) {
    var whole = scan(input, Math.max(1, input.length));
    var cut = scan(input, 1);
    if (!whole.equals(cut)) {
      throw new IllegalStateException("whole: " + whole + " cut: " + cut);
    }
  }

  private static String scan(byte[] input, int size) {
    var scanner = new MimeScanner();
    for (int at = 0; at < input.length; at += size) {
      scanner.feed(ByteBuffer.wrap(input, at, Math.min(size, input.length - at)));
    }
    var structure = scanner.finish();
    return structure + " " + scanner.envelope() + " " + scanner.headerOctets();
  }
}
