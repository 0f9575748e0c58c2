package org.popinjay.mailstore.dovecot;

import java.io.Serial;

/// An index file is not as Dovecot writes it. Never leaves this package.
final class UnsoundException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /// @param what is wrong, in words that hold nothing of the file but numbers
  UnsoundException(String what) {
    super(what, null, false, false);
  }

  /// What is wrong.
  String what() {
    return String.valueOf(getMessage());
  }
}
