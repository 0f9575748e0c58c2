package org.popinjay.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// How users sign in, wherever they come from.
public record AuthConfig(
    @Setting(
            "Where passwords may come without TLS. Anywhere else the commands for them "
                + "are refused unread (RFC 8314).")
        Cleartext cleartext,
    @Setting("Networks treated like loopback by `auth.cleartext: loopback`.")
        List<Cidr> cleartextNetworks,
    @Setting(
            "Users who may sign in as another one by naming him as authorization "
                + "identity (RFC 4422, section 2).")
        List<String> admins,
    @Setting(value = "Failed sign-ins after which a connection is closed.", range = "1..100")
        int maxFailures,
    @Setting(
            value =
                "SASL mechanisms that are announced, as far as the users' stored secrets allow.",
            range = "1..")
        List<Mechanism> mechanisms,
    @Setting(
            value =
                "Least time until a failed sign-in is answered; grows with the failures"
                    + " of an address. Costs no thread.",
            range = "0s..15s")
        Duration failureDelay) {

  /// Passwords from this machine only, three tries.
  public static final AuthConfig DEFAULTS =
      new AuthConfig(
          Cleartext.LOOPBACK,
          List.of(),
          List.of(),
          3,
          List.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.SCRAM_SHA_256),
          Duration.ofSeconds(2));

  /// Copies the lists and checks the ranges.
  public AuthConfig {
    cleartextNetworks = List.copyOf(cleartextNetworks);
    admins = List.copyOf(admins);
    mechanisms = List.copyOf(mechanisms);
    SettingRange.check(
        "auth",
        AuthConfig.class,
        cleartext,
        cleartextNetworks,
        admins,
        maxFailures,
        mechanisms,
        failureDelay);
  }

  /// Where a password may travel in the clear.
  public enum Cleartext {
    /// Under TLS only.
    NEVER,
    /// From this machine and from `auth.cleartextNetworks`.
    LOOPBACK,
    /// From everywhere.
    ALWAYS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// SASL mechanisms by their registered names.
  public enum Mechanism {
    /// RFC 4616.
    PLAIN,
    /// The undocumented two-step one that Outlook uses.
    LOGIN,
    /// RFC 7677.
    SCRAM_SHA_256;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }
}
