package org.popinjay.server.cli;

import java.util.List;
import org.popinjay.config.yaml.EffectiveSettings;

/// What came of having a running server take its settings anew.
public sealed interface ReloadOutcome {

  /// They are taken.
  ///
  /// @param inEffect what is different since the last time and holds from now on
  /// @param needRestart what is different since the start and holds only after the next
  record Taken(List<EffectiveSettings.Change> inEffect, List<EffectiveSettings.Change> needRestart)
      implements ReloadOutcome {
    /// Copies the lists.
    public Taken {
      inEffect = List.copyOf(inEffect);
      needRestart = List.copyOf(needRestart);
    }
  }

  /// They are not, and everything is as it was.
  ///
  /// @param faults why; all that could be found in one go
  record Refused(List<String> faults) implements ReloadOutcome {
    /// Copies the list.
    public Refused {
      faults = List.copyOf(faults);
    }
  }
}
