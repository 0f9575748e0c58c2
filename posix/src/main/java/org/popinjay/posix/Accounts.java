package org.popinjay.posix;

import java.util.Optional;
import java.util.OptionalInt;

/// The accounts and groups of this system, wherever its name service finds them.
///
/// Thread-safe. Every look-up may read files or ask a network service, so none is made on an event
/// loop. A name that is not there is an empty answer; a name service that does not work is an
/// exception, because a client must not be told that his password is wrong when nobody could look.
public interface Accounts {

  /// The account of this name (getpwnam_r(3), getgrouplist(3)).
  Optional<Account> account(String name) throws PosixException;

  /// The shadow entry of this name (getspnam_r(3)).
  ///
  /// @throws PosixException EACCES when the process may not read the shadow file
  Optional<ShadowEntry> shadow(String name) throws PosixException;

  /// The number of a group (getgrnam_r(3)).
  OptionalInt groupId(String group) throws PosixException;

  /// The databases of this system.
  static Accounts system() {
    return SystemAccounts.INSTANCE;
  }

  /// Who this process is: effective user and group, supplementary groups.
  static Identity own() {
    return SystemAccounts.own();
  }
}
