package org.popinjay.mailstore.message;

import java.util.List;

/// Names a run of octets of a message (RFC 9051, section 6.4.5.1).
///
/// What `HEADER.FIELDS` asks for is chosen by a [HeaderFilter] out of [Kind#HEADER].
///
/// @param numbers of parts, from the outside to the inside, each 1 or more; none for the message
///   itself
public record Section(List<Integer> numbers, Kind kind) {

  /// What is wanted of the part.
  public enum Kind {
    /// The whole message, or the body of a part.
    WHOLE,
    /// The header of a message with its blank line.
    HEADER,
    /// The body of a message.
    TEXT,
    /// The header of a part with its blank line.
    MIME
  }

  /// Copies the list.
  public Section {
    numbers = List.copyOf(numbers);
  }

  /// Of a part, or of the message if there are no numbers.
  public static Section of(Kind kind, Integer... numbers) {
    return new Section(List.of(numbers), kind);
  }
}
