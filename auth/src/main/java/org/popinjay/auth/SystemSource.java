package org.popinjay.auth;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.popinjay.config.Escape;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The accounts of the system, with the hashes of its shadow file.
///
/// Root is never served, nor nobody, nor an account below the least uid: their mail should go to a
/// person. Passwords that PAM checks elsewhere are not seen here.
public final class SystemSource implements UserSource {
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /// Until somebody was found: a hash of nobody's password in the scheme of most systems.
  static final PasswordHash NOBODYS =
      PasswordHash.parse(
          "$y$j9T$bKOL5ajLZQOJlZxDwA27d.$VoIWlzpkO.YHmGMrNpvYA1eahA/aeOagQ7/brMDL7U7");

  private static final Logger LOG = LoggerFactory.getLogger("popinjay.auth");

  /// crypt(3)'s first method, DES: two characters of salt, eleven of hash.
  private static final int DES_LENGTH = 13;

  private final Accounts accounts;
  private final int minUid;
  private final boolean checkPasswordExpired;
  private final Set<Scheme> weakAllowed;
  private final AtomicBoolean weakTold = new AtomicBoolean();
  private final InstantSource clock;
  private volatile PasswordHash decoy = NOBODYS;

  /// @param minUid the least uid that may sign in
  /// @param checkPasswordExpired whether a password that is too old opens nothing
  /// @param weakAllowed schemes of `auth.weakSchemes`, of which [Scheme#CRYPT] counts here
  public SystemSource(
      Accounts accounts,
      int minUid,
      boolean checkPasswordExpired,
      Set<Scheme> weakAllowed,
      InstantSource clock) {
    this.accounts = accounts;
    this.minUid = minUid;
    this.checkPasswordExpired = checkPasswordExpired;
    this.weakAllowed = Set.copyOf(weakAllowed);
    this.clock = clock;
  }

  /// Why this process cannot verify passwords of accounts, if so.
  public Optional<String> fault() {
    try {
      var _ = accounts.shadow("root");
      return Optional.empty();
    } catch (PosixException e) {
      return Optional.of(
          e.errno() == Errno.EACCES
              ? "users.system: the shadow file may not be read (give the server the group shadow)"
              : "users.system: " + e.getMessage());
    }
  }

  @Override
  public String name() {
    return "users.system";
  }

  @Override
  public Lookup find(String name) throws IOException {
    var account = accounts.account(name);
    return account.isEmpty() ? new Unknown() : judge(account.get());
  }

  private Lookup judge(Account account) throws IOException {
    var refusal = ServedUids.refusal(account.uid(), minUid);
    if (refusal.isPresent()) {
      return new Closed(refusal.get());
    }
    var name = UserNames.normalize(account.name());
    if (name.isEmpty()) {
      return new Closed("the account's own name is not allowed");
    }
    var shadow = accounts.shadow(account.name());
    if (shadow.isEmpty()) {
      return new Closed("no shadow entry");
    }
    if (hasCome(shadow.get().expiresEpochDay())) {
      return new Closed("expired");
    }
    if (checkPasswordExpired && hasCome(shadow.get().passwordEndsEpochDay())) {
      return new Closed("the password is too old, or has to be changed first (chage -l)");
    }
    return found(
        new UserRecord(name.get(), account.identity(), home(account)), shadow.get().hash());
  }

  /// A field that crypt(3) does not understand, such as `*`, or that it must not, such as `!` with
  /// a hash behind it, opens nothing; an empty one would open everything.
  private Lookup found(UserRecord user, String hash) {
    if (!hash.startsWith("$") && !isDes(hash)) {
      return new Closed(hash.isEmpty() ? "empty password" : "locked, or no hash");
    }
    try {
      var password = PasswordHash.parse("{CRYPT}" + hash);
      var refusal = WeakSchemes.refusal(password, weakAllowed);
      if (refusal.isPresent()) {
        tellOfWeak(user.name());
        return new Closed(refusal.get());
      }
      decoy = password;
      return new Found(user, password);
    } catch (IllegalArgumentException e) {
      return new Closed(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isDes(String hash) {
    return hash.length() == DES_LENGTH
        && hash.chars()
            .allMatch(
                c -> (c >= '.' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
  }

  /// Once, since a system that has one such account has many.
  private void tellOfWeak(String name) {
    if (weakTold.compareAndSet(false, true)) {
      LOG.warn(
          "users.system: \"{}\" cannot sign in, since the shadow file has an old DES or MD5 hash of"
              + " the password; there may be more. Have these passwords set anew, or name CRYPT in"
              + " auth.weakSchemes",
          Escape.text(name));
    }
  }

  private boolean hasCome(OptionalLong epochDay) {
    return epochDay.isPresent()
        && clock.instant().getEpochSecond() >= epochDay.getAsLong() * DAY_SECONDS;
  }

  static Optional<String> home(Account account) {
    return account.home().startsWith("/") ? Optional.of(account.home()) : Optional.empty();
  }

  /// The name service may read files or ask a network.
  @Override
  public Optional<Lookup> findInMemory(String name) {
    return Optional.empty();
  }

  @Override
  public PasswordHash decoy() {
    return decoy;
  }
}
