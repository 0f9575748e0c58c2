package org.popinjay.imap.response;

import org.popinjay.mailstore.MessageContent;

/// One item of a FETCH response (RFC 9051, section 7.5.2).
public sealed interface FetchData {
  /// `UID`.
  record Uid(org.popinjay.mailstore.Uid uid) implements FetchData {}

  /// `FLAGS`.
  ///
  /// @param recent whether `\Recent` is among them (RFC 3501, section 2.3.2); not written in rev2
  record Flags(org.popinjay.mailstore.Flags flags, boolean recent) implements FetchData {}

  /// `MODSEQ` (RFC 7162, section 3.1.4).
  record ModSeq(org.popinjay.mailstore.ModSeq modSeq) implements FetchData {}

  /// `INTERNALDATE`.
  record InternalDate(org.popinjay.mailstore.InternalDate date) implements FetchData {}

  /// `RFC822.SIZE`.
  record Size(long octets) implements FetchData {}

  /// `ENVELOPE`, `BODY` or `BODYSTRUCTURE`.
  ///
  /// @param name of our own making
  record Structure(String name, Node value) implements FetchData {}

  /// A text that there is none of: `NIL`.
  record Missing(SectionName section) implements FetchData {}

  /// A text that is in memory.
  final class Text implements FetchData {
    private final SectionName section;
    private final byte[] octets;

    /// @param octets not copied
    public Text(SectionName section, byte[] octets) {
      this.section = section;
      this.octets = octets;
    }

    /// Its name.
    public SectionName section() {
      return section;
    }

    /// The octets themselves, not a copy.
    public byte[] octets() {
      return octets;
    }
  }

  /// A text that is read and sent piece by piece, as a literal.
  ///
  /// @param content stands at the first octet that is to be sent; who made the response closes it
  /// @param octets how many are sent
  record Slice(SectionName section, MessageContent content, long octets) implements FetchData {}
}
