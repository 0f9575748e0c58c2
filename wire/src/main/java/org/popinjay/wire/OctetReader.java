package org.popinjay.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Takes octets that are no lines of commands, until one was the last. Belongs to one connection;
/// on the event loop.
public interface OctetReader {

  /// Takes octets; those behind the last are left.
  ///
  /// @param octets at least one; must not be kept or released
  /// @return what is handed on, or null
  @Nullable Object take(ByteBuf octets);

  /// Whether it has taken the last.
  boolean done();
}
