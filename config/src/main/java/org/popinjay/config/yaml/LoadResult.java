package org.popinjay.config.yaml;

import java.util.List;
import org.popinjay.config.PopinjayConfig;

/// What became of a settings file. A mistyped file is ordinary, so it is a value.
public sealed interface LoadResult {

  /// The file is in order.
  record Loaded(PopinjayConfig config, EffectiveSettings effective) implements LoadResult {}

  /// It is not.
  ///
  /// @param faults all of them, as they stand in the file from top to bottom; at least one
  record Faulty(List<Fault> faults) implements LoadResult {
    /// Copies the faults.
    public Faulty {
      faults = List.copyOf(faults);
    }

    /// One fault a line.
    public String print() {
      var text = new StringBuilder();
      faults.forEach(fault -> text.append(fault).append('\n'));
      return text.toString();
    }
  }
}
