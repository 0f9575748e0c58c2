package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.ModSeq;

/// What stands behind the items of FETCH.
///
/// @param changedSince only messages that changed later (RFC 7162, section 3.1.4.1); null for all
/// @param vanished tell of removed messages too (RFC 7162, section 3.2.6); only with `changedSince`
///   and only in UID FETCH
public record FetchModifiers(@Nullable ModSeq changedSince, boolean vanished) {
  /// Nothing stands there.
  public static final FetchModifiers NONE = new FetchModifiers(null, false);
}
