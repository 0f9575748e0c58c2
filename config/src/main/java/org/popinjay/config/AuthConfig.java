package org.popinjay.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How users sign in, wherever they come from.
public record AuthConfig(
    @Setting(
            "Where passwords may come without TLS. Anywhere else the commands for them are refused"
                + " unread (RFC 8314). `withoutSecret`: from everywhere, but for users whose own"
                + " password is stored in the clear, who can sign in by `APOP` or `CRAM-MD5`; for"
                + " these as `loopback`.")
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
                "SASL mechanisms that are announced, each only where it can succeed: those of SCRAM"
                    + " if everybody's password is stored so that it can be used, `-PLUS` and"
                    + " `EXTERNAL` under TLS alone. `APOP` is POP3's own; it and `CRAM-MD5` need"
                    + " passwords stored in the clear: everybody's, with `cleartext: withoutSecret`"
                    + " somebody's.",
            range = "1..")
        List<Mechanism> mechanisms,
    @Setting(
            "Weak schemes of stored passwords that are believed all the same. A user with another"
                + " one cannot sign in. `CRYPT` stands for the methods of crypt(3) of old, DES and"
                + " MD5.")
        List<WeakScheme> weakSchemes,
    @Setting("Take `@` and what follows off the names that users sign in with.") boolean trimDomain,
    @Setting("Make the capitals of names that users sign in with small.") boolean downcaseUser,
    @Setting(
            "File of the only users who may sign in, a name a line; what follows `#` is a comment."
                + " Read at a reload.")
        Optional<Path> allowUsers,
    @Setting("File of users who may not sign in, in the same form.") Optional<Path> denyUsers,
    @Setting("The user whose mail strangers get by the mechanism `ANONYMOUS` (RFC 4505), if any.")
        Optional<String> anonymousUser,
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
          List.of(WeakScheme.PLAIN),
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(2));

  /// Copies the lists and checks the ranges.
  public AuthConfig {
    cleartextNetworks = List.copyOf(cleartextNetworks);
    admins = List.copyOf(admins);
    mechanisms = List.copyOf(mechanisms);
    weakSchemes = List.copyOf(weakSchemes);
    SettingRange.check(
        "auth",
        AuthConfig.class,
        cleartext,
        cleartextNetworks,
        admins,
        maxFailures,
        mechanisms,
        weakSchemes,
        trimDomain,
        downcaseUser,
        allowUsers,
        denyUsers,
        anonymousUser,
        failureDelay);
    if (cleartext == Cleartext.WITHOUT_SECRET
        && !mechanisms.contains(Mechanism.APOP)
        && !mechanisms.contains(Mechanism.CRAM_MD5)) {
      throw new SettingException(
          "auth.cleartext", cleartext.toString(), "with APOP or CRAM-MD5 in auth.mechanisms");
    }
  }

  /// Where a password may travel in the clear.
  public enum Cleartext {
    /// Under TLS only.
    NEVER("never"),
    /// From this machine and from `auth.cleartextNetworks`.
    LOOPBACK("loopback"),
    /// As [#LOOPBACK] for users who could sign in without sending it, from everywhere for others.
    WITHOUT_SECRET("withoutSecret"),
    /// From everywhere.
    ALWAYS("always");

    private final String word;

    Cleartext(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /// Ways of signing in by their registered names.
  public enum Mechanism {
    /// RFC 4616.
    PLAIN,
    /// The undocumented two-step one that Outlook uses.
    LOGIN,
    /// RFC 7677.
    SCRAM_SHA_256,
    /// RFC 7677, bound to the TLS connection.
    SCRAM_SHA_256_PLUS,
    /// RFC 5802.
    SCRAM_SHA_1,
    /// RFC 5802, bound to the TLS connection.
    SCRAM_SHA_1_PLUS,
    /// RFC 4422, appendix A: the name in the client's certificate.
    EXTERNAL,
    /// RFC 2195.
    CRAM_MD5,
    /// RFC 1939, section 7: a command of POP3 and no SASL mechanism.
    APOP,
    /// RFC 4505.
    ANONYMOUS;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  /// Schemes of stored passwords that give them away to whoever reads the file.
  public enum WeakScheme {
    /// The password itself.
    PLAIN,
    /// What crypt(3) did before SHA-2.
    CRYPT,
    /// One round of SHA-1.
    SSHA,
    /// One round of SHA-256.
    SSHA256,
    /// One round of SHA-512.
    SSHA512
  }
}
