package org.popinjay.mailstore.message;

import java.util.List;

/// How a part wants to be shown (RFC 2183).
///
/// @param type in upper case, as `ATTACHMENT`
public record Disposition(String type, List<Parameter> parameters) {

  /// Copies the list.
  public Disposition {
    parameters = List.copyOf(parameters);
  }
}
