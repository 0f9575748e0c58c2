package org.popinjay.mailstore.lock;

import java.io.IOException;
import org.popinjay.posix.FileCalls;

/// The lock that flock(2) lockers respect. Independent of [RecordLock] on a local file system.
record FlockLock(FileCalls files, int descriptor) implements HeldLock {

  static Attempt attempt(FileCalls files, int descriptor, Purpose purpose) throws IOException {
    return files.tryFlock(descriptor, purpose == Purpose.WRITE)
        ? new Attempt.Got(new FlockLock(files, descriptor))
        : new Attempt.Taken("flock lock");
  }

  @Override
  public boolean stillOurs() {
    return true;
  }

  @Override
  public void release() throws IOException {
    files.unlockFlock(descriptor);
  }
}
