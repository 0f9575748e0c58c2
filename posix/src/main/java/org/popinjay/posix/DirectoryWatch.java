package org.popinjay.posix;

import java.time.Duration;
import java.util.List;

/// Tells when files in directories change, whoever changes them.
///
/// One instance serves the whole process. [#add] and [#remove] may be called from any thread, with
/// the rights of whoever may read the directory; [#await] from one thread at a time.
public interface DirectoryWatch extends AutoCloseable {

  /// Whether no directory can be watched, so that whoever wants to know has to look by himself.
  default boolean isBlind() {
    return false;
  }

  /// A watch that can be put on no directory, where the system has none to give.
  static DirectoryWatch blind() {
    return new BlindWatch();
  }

  /// Watches a directory; the same one twice gives the same number.
  ///
  /// @return names the watch, positive
  /// @throws PosixException among others `ENOSPC` when the system allows no more watches, and
  ///   `EOPNOTSUPP` when changes in that directory cannot be told, as on a network file system
  int add(String directory) throws PosixException;

  /// Ends a watch.
  void remove(int watch);

  /// Waits for changes, at most so long and until [#wake].
  ///
  /// @return the changes since the last call, oldest first; none when the time was over
  List<Change> await(Duration most) throws PosixException;

  /// Ends a wait, or the next one if none is going on. Never blocks.
  void wake();

  /// Ends the instance; no other call may be going on or follow.
  @Override
  void close();

  /// A change of a file.
  ///
  /// @param watch the directory's; 0 for [Kind#OVERFLOW]
  /// @param name in the directory; empty for [Kind#OVERFLOW] and [Kind#ENDED]
  record Change(int watch, String name, Kind kind) {}

  /// What happened to a file.
  enum Kind {
    /// Written to, made, moved, removed, or its metadata were changed.
    CHANGED,
    /// Closed by a program that had it open for writing.
    CLOSED,
    /// More happened than the system could keep; anything may have changed.
    OVERFLOW,
    /// The directory is gone, and the watch with it.
    ENDED
  }
}
