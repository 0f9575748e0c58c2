package org.popinjay.imap.message;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.response.SectionName;
import org.popinjay.mailstore.message.Section;

/// A text that is asked for of each of many messages (RFC 9051, section 6.4.5.1).
///
/// @param name what it goes by in the answer
/// @param section where it lies; of fields, the header that they are in
/// @param fields which fields of it; null for all of the section
/// @param origin first octet that is wanted, counted from 0
/// @param length at most so many octets
public record TextRequest(
    SectionName name, Section section, @Nullable FieldNames fields, long origin, long length) {

  /// All of a section.
  public static TextRequest all(SectionName name, Section section) {
    return new TextRequest(name, section, null, 0, Long.MAX_VALUE);
  }
}
