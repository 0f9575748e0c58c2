package org.popinjay.mailstore.lock;

import java.io.IOException;
import java.util.OptionalInt;
import org.popinjay.posix.FileCalls;

/// The lock that fcntl(2) lockers respect: an open-file-description lock on the whole file.
///
/// It belongs to the descriptor and not to the process, so that closing another descriptor of the
/// file does not drop it.
record RecordLock(FileCalls files, int descriptor) implements HeldLock {

  static Attempt attempt(FileCalls files, int descriptor, Purpose purpose) throws IOException {
    boolean exclusive = purpose == Purpose.WRITE;
    if (files.tryLock(descriptor, exclusive)) {
      return new Attempt.Got(new RecordLock(files, descriptor));
    }
    OptionalInt holder = files.lockHolder(descriptor, exclusive);
    return new Attempt.Taken(
        holder.isPresent() ? "fcntl lock of process " + holder.getAsInt() : "fcntl lock");
  }

  @Override
  public boolean stillOurs() {
    return true;
  }

  @Override
  public void release() throws IOException {
    files.unlock(descriptor);
  }
}
