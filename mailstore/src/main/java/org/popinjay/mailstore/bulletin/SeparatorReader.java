package org.popinjay.mailstore.bulletin;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.InternalDate;

/// Understands the first line of a bulletin, which is a message as an mbox file holds it.
@FunctionalInterface
public interface SeparatorReader {
  /// What the line says.
  ///
  /// @param octets of the file
  /// @param end behind the line end of its first line
  /// @return null if it is none of those that separate messages
  @Nullable Posting read(byte[] octets, int end);

  /// Who posted something, and when.
  ///
  /// @param sender as the line has it
  record Posting(String sender, InternalDate date) {}
}
