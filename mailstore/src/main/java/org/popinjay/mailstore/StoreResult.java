package org.popinjay.mailstore;

import java.util.function.Function;

/// What a request to the store came to. Ordinary failure is a value (style: contention, a full disk
/// and a missing mailbox are everyday things on a shared machine); only our own faults are thrown.
///
/// @param <T> what a success brings
public sealed interface StoreResult<T> {

  /// It was done; what was to be durable is on disk.
  record Done<T>(T value) implements StoreResult<T> {}

  /// It was not done, and nothing was changed.
  record Failed<T>(StoreFailure failure) implements StoreResult<T> {}

  /// A success.
  static <T> StoreResult<T> done(T value) {
    return new Done<>(value);
  }

  /// A failure.
  static <T> StoreResult<T> failed(StoreFailure failure) {
    return new Failed<>(failure);
  }

  /// Applies a function to the value of a success.
  default <U> StoreResult<U> map(Function<? super T, ? extends U> function) {
    return switch (this) {
      case Done<T>(T value) -> new Done<>(function.apply(value));
      case Failed<T>(StoreFailure failure) -> new Failed<>(failure);
    };
  }

  /// Applies a function that may fail itself to the value of a success.
  default <U> StoreResult<U> flatMap(Function<? super T, StoreResult<U>> function) {
    return switch (this) {
      case Done<T>(T value) -> function.apply(value);
      case Failed<T>(StoreFailure failure) -> new Failed<>(failure);
    };
  }
}
