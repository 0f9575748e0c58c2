package org.popinjay.wire.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One block of a PEM file (RFC 7468): a word that says what it is, and octets.
final class PemBlock {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String TAIL = "-----";

  private final String label;
  private final byte[] octets;

  private PemBlock(String label, byte[] octets) {
    this.label = label;
    this.octets = octets;
  }

  /// What it is: `CERTIFICATE`, `PRIVATE KEY`.
  String label() {
    return label;
  }

  /// The octets themselves, not a copy.
  byte[] octets() {
    return octets;
  }

  /// All blocks of a text. Text between them is a comment.
  ///
  /// @throws IllegalArgumentException saying what is wrong with a block
  static List<PemBlock> all(String text) {
    var blocks = new ArrayList<PemBlock>();
    var base64 = new StringBuilder();
    String label = null;
    for (var line : text.lines().map(String::strip).toList()) {
      if (line.startsWith(BEGIN) && line.endsWith(TAIL)) {
        label = line.substring(BEGIN.length(), line.length() - TAIL.length());
        base64.setLength(0);
      } else if (label != null && line.startsWith(END)) {
        blocks.add(new PemBlock(label, decoded(label, base64.toString())));
        label = null;
      } else if (label != null) {
        base64.append(line);
      }
    }
    if (label != null) {
      throw new IllegalArgumentException("the block " + label + " has no end");
    }
    return List.copyOf(blocks);
  }

  private static byte[] decoded(String label, String base64) {
    // RFC 1421, section 4.6: what OpenSSL wrote before PKCS#8.
    if (base64.startsWith("Proc-Type:")) {
      throw new IllegalArgumentException(
          "an old kind of encrypted key; change it with: openssl pkcs8 -topk8");
    }
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("the block " + label + " is no base64");
    }
  }
}
