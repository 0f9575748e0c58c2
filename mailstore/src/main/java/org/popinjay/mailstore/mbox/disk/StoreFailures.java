package org.popinjay.mailstore.mbox.disk;

import java.io.IOException;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.posix.PosixException;

/// What an error of the system means for the one who asked (security: answers by cause).
public final class StoreFailures {
  private StoreFailures() {}

  /// The failure that an I/O error comes to.
  public static StoreFailure of(IOException e) {
    var text = String.valueOf(e.getMessage());
    return e instanceof PosixException p
        ? switch (p.errno()) {
          case ENOSPC, EFBIG -> new StoreFailure.NoSpace(text);
          case EDQUOT -> new StoreFailure.OverQuota(text);
          case EACCES, EPERM, ELOOP, EROFS -> new StoreFailure.Denied(text);
          case EMFILE, ENFILE, EAGAIN, EINTR -> new StoreFailure.Unavailable(text);
          default -> new StoreFailure.Broken(text);
        }
        : new StoreFailure.Broken(text);
  }
}
