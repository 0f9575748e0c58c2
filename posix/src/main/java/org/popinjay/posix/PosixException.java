package org.popinjay.posix;

import java.io.IOException;

/// A system call that failed. The message names the call, the subject and the errno.
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /// @param call name of the system call
  /// @param subject the path, or `fd N`
  public PosixException(String call, String subject, Errno errno) {
    super(call + " " + subject + ": " + errno.name() + " (" + errno.meaning() + ")");
    this.errno = errno;
  }

  /// Why it failed.
  public Errno errno() {
    return errno;
  }
}
