package org.popinjay.mailstore.search;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.mailstore.message.Disposition;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.MimePart;
import org.popinjay.mailstore.message.Parameter;

/// Octets of a message that are text of one kind.
///
/// @param from offset of the first octet
/// @param to offset behind the last one
/// @param part what they are of
/// @param kind what they are
record TextRegion(long from, long to, MimePart part, Kind kind) {
  /// What octets are.
  enum Kind {
    /// Header of the message or of a part in a multipart.
    HEADER,
    /// Header of a message inside the message: it counts as text.
    INNER_HEADER,
    /// Body of a text part.
    BODY
  }

  /// All of a message, in their order.
  static List<TextRegion> of(MessageStructure structure) {
    var regions = new ArrayList<TextRegion>();
    add(structure.root(), Kind.HEADER, regions);
    return regions;
  }

  private static void add(MimePart part, Kind headerKind, List<TextRegion> to) {
    to.add(new TextRegion(part.headerStart(), part.bodyStart(), part, headerKind));
    if (part.children().isEmpty() && part.isText()) {
      to.add(new TextRegion(part.bodyStart(), part.bodyEnd(), part, Kind.BODY));
    }
    for (var child : part.children()) {
      add(child, part.isMessage() ? Kind.INNER_HEADER : Kind.HEADER, to);
    }
  }

  boolean isBody() {
    return kind == Kind.BODY;
  }

  /// Whether all keys look here, and not only those that look into headers.
  boolean isText() {
    return kind != Kind.HEADER;
  }

  /// Values in the header that it shows in percent signs (RFC 2231, section 4), such as names of
  /// files.
  List<String> extendedValues() {
    var values = new ArrayList<String>();
    addExtended(part.parameters(), values);
    Disposition disposition = part.disposition();
    if (disposition != null) {
      addExtended(disposition.parameters(), values);
    }
    return values;
  }

  private static void addExtended(List<Parameter> parameters, List<String> values) {
    for (var parameter : parameters) {
      if (parameter.isExtended()) {
        values.add(parameter.decoded());
      }
    }
  }
}
