package org.popinjay.mailstore.message;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What somebody reads out of a message, in words that can be compared.
///
/// The outline has types and octets of parts; a multipart without parts has `()`. Behind it are the
/// fields of the envelope.
final class Reading {
  /// What each line is.
  static final List<String> LINES = List.of("outline", "subject", "message-id", "from", "to", "cc");

  private final UnaryOperator<String> meaning;

  private Reading(UnaryOperator<String> meaning) {
    this.meaning = meaning;
  }

  /// Ours, with encoded words decoded.
  static List<String> decoded(MessageStructure found) {
    return new Reading(EncodedWord::decode).lines(found);
  }

  /// Ours, octets as characters.
  static List<String> raw(MessageStructure found) {
    return new Reading(UnaryOperator.identity()).lines(found);
  }

  private List<String> lines(MessageStructure found) {
    var envelope = found.envelope();
    return List.of(
        outline(found.root()),
        text(envelope.subject()),
        text(envelope.messageId()),
        addresses(envelope.from()),
        addresses(envelope.to()),
        addresses(envelope.cc()));
  }

  private String text(@Nullable String raw) {
    return raw == null ? "" : blanks(meaning.apply(raw));
  }

  /// Runs of blanks as one, for nobody agrees on them.
  static String blanks(String text) {
    return text.strip().replaceAll("[ \t\r\n]+", " ");
  }

  /// Addresses without groups.
  private String addresses(List<Address> list) {
    return list.stream()
        .filter(Address.Mailbox.class::isInstance)
        .map(Address.Mailbox.class::cast)
        .map(one -> text(one.name()) + "<" + address(one) + ">")
        .collect(Collectors.joining(" "));
  }

  /// An address without a host stands alone, as others have it.
  private String address(Address.Mailbox one) {
    boolean alone = one.host().equals(Address.MISSING_HOST);
    return meaning.apply(alone ? one.local() : one.local() + "@" + one.host());
  }

  private static String outline(MimePart part) {
    var type = (part.type() + "/" + part.subtype()).toLowerCase(Locale.ROOT);
    if (part.children().isEmpty()) {
      return type + " " + part.octets();
    }
    var first = part.children().getFirst();
    boolean madeUp =
        part.isMultipart() && first.header().octets() == 0 && first.body().equals(part.body());
    return type
        + part.children().stream()
            .filter(_ -> !madeUp)
            .map(Reading::outline)
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
