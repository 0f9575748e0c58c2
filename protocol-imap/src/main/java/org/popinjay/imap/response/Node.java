package org.popinjay.imap.response;

import java.util.List;

/// Structured data of a FETCH response: ENVELOPE, BODY and BODYSTRUCTURE (RFC 9051, section 7.5.2).
public sealed interface Node {
  /// Nothing.
  enum Nil implements Node {
    /// There is one kind only.
    NIL
  }

  /// A string of any octets but NUL.
  final class Text implements Node {
    private final byte[] octets;

    /// @param octets not copied
    public Text(byte[] octets) {
      this.octets = octets;
    }

    /// The octets themselves, not a copy.
    public byte[] octets() {
      return octets;
    }
  }

  /// A number of 0 or more.
  record Count(long value) implements Node {}

  /// Several in parentheses, a blank between each two. Not copied.
  record Group(List<Node> members) implements Node {}

  /// Several right behind each other without parentheses or blanks: the parts of a multipart, and
  /// the addresses of a list. Not copied.
  record Run(List<Node> members) implements Node {}

  /// What is written already, as RFC 3501's dialect has it.
  final class Written implements Node {
    private final byte[] octets;
    private final int from;
    private final int length;

    /// @param octets not copied
    /// @param from offset of the first octet that counts
    /// @param length how many count
    public Written(byte[] octets, int from, int length) {
      this.octets = octets;
      this.from = from;
      this.length = length;
    }

    /// The octets among others, not a copy.
    public byte[] octets() {
      return octets;
    }

    /// Offset of the first octet that counts.
    public int from() {
      return from;
    }

    /// How many octets count.
    public int length() {
      return length;
    }
  }
}
