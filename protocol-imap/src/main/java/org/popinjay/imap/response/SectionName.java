package org.popinjay.imap.response;

import java.util.List;

/// The name of a text in a FETCH response: `BODY[1.HEADER.FIELDS (From)]<0>` or `RFC822.TEXT`.
///
/// @param head what stands before the list of fields, of our own making
/// @param fields names of header fields as the client wrote them, or none
/// @param tail what stands behind it, of our own making
public record SectionName(String head, List<String> fields, String tail) {
  /// Copies the list.
  public SectionName {
    fields = List.copyOf(fields);
  }

  /// A name without fields.
  public static SectionName of(String name) {
    return new SectionName(name, List.of(), "");
  }
}
