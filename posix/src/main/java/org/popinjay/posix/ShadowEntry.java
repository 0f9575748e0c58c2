package org.popinjay.posix;

import java.util.OptionalLong;

/// What the shadow file says of an account.
///
/// @param hash a setting and hash of crypt(3); empty, `*` or a leading `!` mean that no password
///   opens this account
/// @param expiresEpochDay the day, counted from 1970-01-01, from which the account is closed: its
///   own, or because its password has been too old for too long
/// @param passwordEndsEpochDay the day from which the password is too old, or has to be changed
///   before it is used again
public record ShadowEntry(
    String hash, OptionalLong expiresEpochDay, OptionalLong passwordEndsEpochDay) {

  /// Without the hash, which belongs in no log.
  @Override
  public String toString() {
    return "ShadowEntry[expiresEpochDay="
        + expiresEpochDay
        + ", passwordEndsEpochDay="
        + passwordEndsEpochDay
        + "]";
  }
}
