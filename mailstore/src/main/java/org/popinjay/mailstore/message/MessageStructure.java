package org.popinjay.mailstore.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one pass over a message finds: its envelope, and the extents of all its parts.
///
/// Made by [MimeScanner], kept by [StructureCodec]. Every section of a message is a slice of it.
///
/// @param root the message itself; its header is the message's header
public record MessageStructure(Envelope envelope, MimePart root) {

  /// Octets of the whole message.
  public long octets() {
    return root.bodyEnd();
  }

  /// Where a section lies, null if the message has no such section (RFC 9051, section 6.4.5.1).
  public @Nullable Slice slice(Section section) {
    if (section.numbers().isEmpty()) {
      return switch (section.kind()) {
        case WHOLE -> new Slice(root.headerStart(), root.bodyEnd());
        case HEADER -> root.header();
        case TEXT -> root.body();
        case MIME -> null;
      };
    }
    var part = part(section.numbers());
    if (part == null) {
      return null;
    }
    return switch (section.kind()) {
      case WHOLE -> part.body();
      case MIME -> part.header();
      case HEADER -> part.isMessage() ? part.children().getFirst().header() : null;
      case TEXT -> part.isMessage() ? part.children().getFirst().body() : null;
    };
  }

  /// The part of these numbers, null if there is none; part 1 of a message that has no parts is the
  /// message's own body.
  ///
  /// @param numbers at least one
  public @Nullable MimePart part(List<Integer> numbers) {
    var among = partsOf(root);
    MimePart part = null;
    for (int number : numbers) {
      if (number < 1 || number > among.size()) {
        return null;
      }
      part = among.get(number - 1);
      among = part.isMessage() ? partsOf(part.children().getFirst()) : part.children();
    }
    return part;
  }

  private static List<MimePart> partsOf(MimePart message) {
    return message.isMultipart() ? message.children() : List.of(message);
  }
}
