package org.popinjay.mailstore.mbox.rewrite;

import java.io.IOException;

/// Asked before each step of a long change whether the spool is still locked for us.
@FunctionalInterface
public interface SpoolGuard {
  /// False when another program has taken a lock away.
  boolean stillOurs() throws IOException;
}
