package org.popinjay.mailstore.search;

/// Whether a message is as a key wants it, as far as it was read.
@FunctionalInterface
interface Criterion {
  /// The answer.
  Truth of(Letter letter);
}
