package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.FetchItem.Attribute;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.message.FieldNames;
import org.popinjay.imap.message.TextRequest;
import org.popinjay.imap.response.SectionName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.message.Section.Kind;

/// What one FETCH wants of each message, in the order it is to be answered: UID, FLAGS and MODSEQ,
/// then the others as they were asked for, texts last.
///
/// @param uid whether `UID` is wanted
/// @param flags whether `FLAGS` is wanted
/// @param modSeq whether `MODSEQ` is wanted
/// @param attributes the other attributes
/// @param texts the texts
/// @param sees whether a message is seen by it (RFC 9051, section 6.4.5)
record FetchPlan(
    boolean uid,
    boolean flags,
    boolean modSeq,
    List<Attribute> attributes,
    List<TextRequest> texts,
    boolean sees) {

  private static final Set<Attribute> FIRST =
      EnumSet.of(Attribute.UID, Attribute.FLAGS, Attribute.MODSEQ);

  /// The plan for a command.
  static FetchPlan of(ImapCommand.Fetch command) {
    var items = command.items();
    var attributes = new ArrayList<Attribute>();
    var texts = new ArrayList<TextRequest>();
    boolean sees = false;
    for (var item : items) {
      switch (item) {
        case Attribute attribute -> attributes.add(attribute);
        case BodySection text -> {
          texts.add(request(text));
          sees |= !text.peek();
        }
      }
    }
    boolean uid =
        attributes.contains(Attribute.UID) || command.messages() instanceof NumberSet.Uids;
    boolean flags = attributes.contains(Attribute.FLAGS);
    boolean modSeq =
        attributes.contains(Attribute.MODSEQ) || command.modifiers().changedSince() != null;
    attributes.removeIf(FIRST::contains);
    return new FetchPlan(uid, flags, modSeq, attributes, texts, sees);
  }

  private static TextRequest request(BodySection item) {
    var section = item.section();
    var where = new org.popinjay.mailstore.message.Section(section.part(), kind(section.text()));
    var fields =
        section.fields().isEmpty()
            ? null
            : new FieldNames(section.fields(), section.text() == Section.Text.HEADER_FIELDS_NOT);
    var partial = item.partial();
    return partial == null
        ? new TextRequest(name(item), where, fields, 0, Long.MAX_VALUE)
        : new TextRequest(name(item), where, fields, partial.origin(), partial.length());
  }

  private static Kind kind(Section.Text text) {
    return switch (text) {
      case ALL -> Kind.WHOLE;
      case HEADER, ZERO, HEADER_FIELDS, HEADER_FIELDS_NOT -> Kind.HEADER;
      case TEXT -> Kind.TEXT;
      case MIME -> Kind.MIME;
    };
  }

  /// What a text goes by in the answer; where a piece was asked for, with its origin (RFC 9051,
  /// section 7.5.2), unless the name is one of old (RFC 1730, section 6.4.6).
  private static SectionName name(BodySection item) {
    return switch (item.name()) {
      case RFC822 -> SectionName.of("RFC822");
      case RFC822_HEADER -> SectionName.of("RFC822.HEADER");
      case RFC822_TEXT -> SectionName.of("RFC822.TEXT");
      case BODY -> body(item, origin(item.partial()));
      case BODY_WITHOUT_ORIGIN -> body(item, "");
    };
  }

  private static SectionName body(BodySection item, String origin) {
    return new SectionName(
        "BODY[" + specifier(item.section()), item.section().fields(), "]" + origin);
  }

  private static String specifier(Section section) {
    var numbers = section.part().stream().map(String::valueOf).collect(Collectors.joining("."));
    var text =
        switch (section.text()) {
          case ALL -> "";
          case HEADER -> "HEADER";
          case ZERO -> "0";
          case HEADER_FIELDS -> "HEADER.FIELDS";
          case HEADER_FIELDS_NOT -> "HEADER.FIELDS.NOT";
          case TEXT -> "TEXT";
          case MIME -> "MIME";
        };
    return numbers.isEmpty() || text.isEmpty() ? numbers + text : numbers + "." + text;
  }

  private static String origin(@Nullable Partial partial) {
    return partial == null ? "" : "<" + partial.origin() + ">";
  }
}
