package org.popinjay.mailstore;

import org.junit.jupiter.api.Test;

/// What every engine promises under random histories: that it shows what a plain list of messages
/// would show.
public interface ModelContract {
  /// Histories that are tried.
  int HISTORIES = 60;

  /// Steps of each.
  int STEPS = 60;

  /// The engine of this test, empty at its start.
  StoreRig rig();

  @Test
  default void everyHistoryGoesAsInTheModel() throws Exception {
    for (int seed = 0; seed < HISTORIES; seed++) {
      try (var history = new RandomHistory(rig(), "user" + seed, seed)) {
        history.play(STEPS);
      }
    }
  }
}
