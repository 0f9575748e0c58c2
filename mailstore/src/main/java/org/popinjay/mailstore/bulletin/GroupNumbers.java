package org.popinjay.mailstore.bulletin;

import java.io.IOException;
import java.util.OptionalInt;

/// Numbers of Unix groups.
@FunctionalInterface
public interface GroupNumbers {
  /// That of a name; empty if there is no such group.
  OptionalInt of(String name) throws IOException;
}
