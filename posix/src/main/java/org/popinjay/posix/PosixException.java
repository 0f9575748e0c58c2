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

  private PosixException(String message, Errno errno) {
    super(message);
    this.errno = errno;
  }

  /// The exception for an error number of the system; one that [Errno] does not name stays in the
  /// message.
  static PosixException of(String call, String subject, int number) {
    var errno = Errno.of(number);
    if (errno != Errno.OTHER) {
      return new PosixException(call, subject, errno);
    }
    var constant = jnr.constants.platform.Errno.valueOf(number);
    return new PosixException(
        call + " " + subject + ": errno " + number + " (" + constant.description() + ")", errno);
  }

  /// Why it failed.
  public Errno errno() {
    return errno;
  }
}
