package org.popinjay.mailstore.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parameter of a type or a disposition (RFC 2045, section 5.1).
///
/// Pieces of a long value (RFC 2231, section 3) are joined already. A name that ends in `*` has a
/// value with a charset and percent signs (RFC 2231, section 4), which [#decoded] reads.
///
/// @param name in upper case
/// @param value raw, without quotes and escapes, in the mail's own spelling
public record Parameter(String name, String value) {

  /// Whether the value is written with a charset and percent signs.
  public boolean isExtended() {
    return name.endsWith("*");
  }

  /// The value as text. One that is not extended is taken octet by octet, as UTF-8 where it is
  /// that.
  public String decoded() {
    return isExtended() ? ExtendedValue.decode(value) : RawText.toText(value);
  }

  static @Nullable String value(List<Parameter> among, String name) {
    for (var parameter : among) {
      if (parameter.name.equals(name)) {
        return parameter.value;
      }
    }
    return null;
  }
}
