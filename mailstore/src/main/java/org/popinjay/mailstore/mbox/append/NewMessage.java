package org.popinjay.mailstore.mbox.append;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;

/// A message to append.
///
/// @param origin null for one that the user brings
public record NewMessage(
    Staged staged, Flags flags, InternalDate internalDate, @Nullable Origin origin) {

  /// One that the user brings.
  public NewMessage(Staged staged, Flags flags, InternalDate internalDate) {
    this(staged, flags, internalDate, null);
  }

  /// Where a message comes from that no user brings.
  ///
  /// @param sender goes into the From_ line
  /// @param bulletin the number of the bulletin that it is a copy of, if it is one
  public record Origin(String sender, OptionalLong bulletin) {}
}
