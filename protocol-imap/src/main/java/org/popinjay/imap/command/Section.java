package org.popinjay.imap.command;

import java.util.List;

/// Which text of a message is meant (RFC 9051, section 6.4.5.1, `section-spec`).
///
/// @param part numbers of parts from the outside in, each at least 1; empty for the message itself
/// @param text what of that part
/// @param fields for [Text#HEADER_FIELDS] and [Text#HEADER_FIELDS_NOT] at least one name, as the
///   client wrote and ordered them; else empty
public record Section(List<Integer> part, Text text, List<String> fields) {
  /// `[]`: all of the message.
  public static final Section MESSAGE = new Section(List.of(), Text.ALL, List.of());

  /// Copies the lists.
  public Section {
    part = List.copyOf(part);
    fields = List.copyOf(fields);
  }

  /// What of a message or of a part is meant.
  public enum Text {
    /// All of the message; of a part, its body.
    ALL,
    /// The header of the message, or of the message that the part is.
    HEADER,
    /// The same by its name of old, `0` (RFC 1730, section 6.4.5).
    ZERO,
    /// Fields of that header that are named.
    HEADER_FIELDS,
    /// Fields of that header that are not named.
    HEADER_FIELDS_NOT,
    /// What is behind that header.
    TEXT,
    /// The header of the part itself.
    MIME
  }
}
