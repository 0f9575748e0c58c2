package org.popinjay.auth;

import java.util.Optional;

/// Which accounts of the system have mail here.
final class ServedUids {
  /// What files of nobody belong to.
  static final int NOBODY = 65534;

  private ServedUids() {}

  /// Why an account is not served, if so: root never is, nor nobody, nor one below the least uid.
  static Optional<String> refusal(int uid, int minUid) {
    return uid == 0 || uid == NOBODY || Integer.compareUnsigned(uid, minUid) < 0
        ? Optional.of("uid " + Integer.toUnsignedString(uid) + " is not served")
        : Optional.empty();
  }
}
