package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;

/// What a client wants to know of a message (RFC 9051, section 6.4.5, `fetch-att`).
public sealed interface FetchItem {

  /// What needs no argument.
  enum Attribute implements FetchItem {
    /// RFC 9051, section 6.4.5.
    UID,
    /// RFC 9051, section 6.4.5.
    FLAGS,
    /// RFC 7162, section 3.1.4.
    MODSEQ,
    /// RFC 9051, section 6.4.5.
    INTERNALDATE,
    /// `RFC822.SIZE`: RFC 9051, section 6.4.5.
    RFC822_SIZE,
    /// RFC 9051, section 6.4.5.
    ENVELOPE,
    /// The structure without its extensions: RFC 9051, section 6.4.5.
    BODY,
    /// RFC 9051, section 6.4.5.
    BODYSTRUCTURE
  }

  /// Text of the message, or a part of it.
  ///
  /// @param peek whether `\Seen` stays as it is; true of RFC822.HEADER, in which nothing says so
  /// @param partial the piece wanted; null for all of it
  /// @param name the name that the answer goes by
  record BodySection(Section section, boolean peek, @Nullable Partial partial, Name name)
      implements FetchItem {}

  /// Names that a text goes by in an answer.
  enum Name {
    /// `BODY[...]`: RFC 9051, section 7.5.2.
    BODY,
    /// The same without a word of where the piece begins: RFC 1730, section 6.4.6.
    BODY_WITHOUT_ORIGIN,
    /// RFC 3501, section 6.4.5.
    RFC822,
    /// RFC 3501, section 6.4.5.
    RFC822_HEADER,
    /// RFC 3501, section 6.4.5.
    RFC822_TEXT
  }

  /// Octets to be given back (RFC 9051, section 6.4.5.1, `<origin.length>`).
  ///
  /// @param origin first octet, counted from 0
  /// @param length at most so many; 0 only of PARTIAL (RFC 1730, section 6.4.6)
  record Partial(long origin, long length) {}
}
