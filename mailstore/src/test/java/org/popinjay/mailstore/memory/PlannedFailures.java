package org.popinjay.mailstore.memory;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// The failures that a test asked for. Thread-safe.
final class PlannedFailures {
  private final EnumMap<Operation, ArrayDeque<StoreFailure>> planned =
      new EnumMap<>(Operation.class);
  private @Nullable StoreFailure forAll;

  synchronized void add(Operation operation, StoreFailure failure) {
    planned.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(failure);
  }

  synchronized void failEverything(StoreFailure failure) {
    forAll = failure;
  }

  /// The failure to answer with now, if there is one; it is used up by this.
  synchronized Optional<StoreFailure> next(Operation operation) {
    if (forAll != null) {
      return Optional.of(forAll);
    }
    var queue = planned.get(operation);
    return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
  }
}
