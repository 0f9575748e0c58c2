package org.popinjay.mailstore.lock;

import java.io.IOException;

/// One lock of a chain while it is ours.
interface HeldLock {

  /// Whether nobody has taken it away.
  boolean stillOurs() throws IOException;

  /// Keeps others from taking it for abandoned.
  default void refresh() throws IOException {}

  /// Gives it back.
  void release() throws IOException;
}
