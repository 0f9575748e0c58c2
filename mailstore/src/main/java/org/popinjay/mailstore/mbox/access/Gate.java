package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import org.popinjay.mailstore.StoreResult;

/// Keeps all other threads out of a mailbox while something is done that may change its picture.
@FunctionalInterface
public interface Gate {
  /// Does it while nobody else reads or changes the mailbox.
  StoreResult<Boolean> alone(Work<Boolean> work);

  /// Work under the gate.
  @FunctionalInterface
  interface Work<T> {
    /// Does it; an exception makes all that is known of the spool be forgotten.
    StoreResult<T> run() throws IOException;
  }
}
