package org.popinjay.auth;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.ShadowEntry;

/// Accounts of a small imagined system.
final class FixedAccounts implements Accounts {
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, ShadowEntry> shadows = new HashMap<>();
  private boolean shadowReadable = true;

  void add(Account account) {
    accounts.put(account.name(), account);
  }

  void add(Account account, String hash) {
    add(account);
    shadows.put(account.name(), new ShadowEntry(hash, OptionalLong.empty(), OptionalLong.empty()));
  }

  void add(Account account, String hash, long expires) {
    add(account);
    shadows.put(
        account.name(), new ShadowEntry(hash, OptionalLong.of(expires), OptionalLong.empty()));
  }

  void addAging(Account account, String hash, long passwordEnds) {
    add(account);
    shadows.put(
        account.name(), new ShadowEntry(hash, OptionalLong.empty(), OptionalLong.of(passwordEnds)));
  }

  void hideShadow() {
    shadowReadable = false;
  }

  @Override
  public Optional<Account> account(String name) {
    return Optional.ofNullable(accounts.get(name));
  }

  @Override
  public Optional<ShadowEntry> shadow(String name) throws PosixException {
    if (!shadowReadable) {
      throw new PosixException("getspnam", name, Errno.EACCES);
    }
    return Optional.ofNullable(shadows.get(name));
  }

  @Override
  public OptionalInt groupId(String group) {
    return OptionalInt.empty();
  }
}
