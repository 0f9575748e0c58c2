package org.popinjay.mailstore.faults;

import org.popinjay.posix.Errno;

/// What goes wrong, and at which call; calls are numbered from 1.
public sealed interface Fault {

  /// Nothing goes wrong.
  record None() implements Fault {}

  /// One call fails without doing anything; close closes, and a failed sync has lost what it should
  /// have made durable, whatever later syncs say.
  record Fail(int call, Errno errno) implements Fault {}

  /// The n-th call of one kind fails likewise.
  record FailNth(CallKind kind, int nth, Errno errno) implements Fault {}

  /// A write writes half of what it was given and says so.
  record CutWrite(int call) implements Fault {}

  /// From this call on nothing gets new space: writes inside a file's length go on.
  record DiskFull(int call) implements Fault {}

  /// This call is done; every later one throws [WorldStopped]. 0 stops before the first.
  record StopAfter(int call) implements Fault {}

  /// This call throws [WorldStopped] half done if it is a write, and undone if it is not.
  record StopInside(int call) implements Fault {}
}
