package org.popinjay.auth;

import java.io.IOException;
import java.util.Optional;
import org.popinjay.posix.Account;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Pam;

/// The accounts of the system, judged by PAM: what else checks passwords there (a directory, a
/// second factor in the password) and what else shuts accounts (expiry, hours, hosts) is heard.
///
/// Nothing that PAM said is remembered, so that a password that was changed, or an account that was
/// shut, is so at once. Names that the system does not know are not asked for: without a uid there
/// is no mail.
public final class PamSource implements UserSource {
  private final String service;
  private final Pam pam;
  private final Accounts accounts;
  private final int minUid;

  /// @param service as operators know it
  /// @param minUid the least uid that may sign in
  public PamSource(String service, Pam pam, Accounts accounts, int minUid) {
    this.service = service;
    this.pam = pam;
    this.accounts = accounts;
    this.minUid = minUid;
  }

  @Override
  public String name() {
    return "users.pam " + service;
  }

  @Override
  public Lookup find(String name) throws IOException {
    var account = accounts.account(name);
    return account.isEmpty() ? new Unknown() : judge(account.get());
  }

  private Lookup judge(Account account) {
    var refusal = ServedUids.refusal(account.uid(), minUid);
    if (refusal.isPresent()) {
      return new Closed(refusal.get());
    }
    return UserNames.normalize(account.name())
        .<Lookup>map(name ->
            new Judged(
                new UserRecord(name, account.identity(), SystemSource.home(account)),
                new Check(account.name())))
        .orElseGet(() -> new Closed("the account's own name is not allowed"));
  }

  /// The name service may read files or ask a network.
  @Override
  public Optional<Lookup> findInMemory(String name) {
    return Optional.empty();
  }

  @Override
  public PasswordHash decoy() {
    return SystemSource.NOBODYS;
  }

  /// Asks PAM about one account.
  private final class Check implements AccountCheck {
    private final String user;

    Check(String user) {
      this.user = user;
    }

    @Override
    public Verdict password(byte[] secret, Origin origin) throws IOException {
      return verdict(pam.authenticate(user, secret, origin.address().getHostAddress()));
    }

    @Override
    public Verdict account(Origin origin) throws IOException {
      return verdict(pam.account(user, origin.address().getHostAddress()));
    }

    private static Verdict verdict(Pam.Verdict said) {
      return switch (said) {
        case Pam.Good() -> new Good();
        case Pam.Wrong(var delay) -> new Wrong(delay);
        case Pam.Shut(var reason) -> new Shut(reason);
      };
    }
  }
}
