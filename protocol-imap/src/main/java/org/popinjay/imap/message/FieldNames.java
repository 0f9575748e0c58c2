package org.popinjay.imap.message;

import java.util.List;
import org.popinjay.mailstore.message.HeaderFilter;

/// Which fields of a header are wanted: HEADER.FIELDS and HEADER.FIELDS.NOT (RFC 9051, section
/// 6.4.5.1).
///
/// @param names in any case
/// @param not true for all other fields
public record FieldNames(List<String> names, boolean not) {
  /// Copies the list.
  public FieldNames {
    names = List.copyOf(names);
  }

  HeaderFilter filter() {
    return new HeaderFilter(names, not);
  }
}
