package org.popinjay.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// What an operator may set for POP3, and for POP2 where it has the same.
public record Pop3Config(
    @Setting(
            value =
                "Silence after sign-in that ends the session, without deleting "
                    + "anything. RFC 1939, section 3, demands at least ten minutes, the "
                    + "classic `-T 120` less: below `10m` the server warns at start.",
            range = "15s..7d")
        Duration idleTimeout,
    @Setting(
            value =
                "Silence of a session after which the same user's next one takes the "
                    + "maildrop over.",
            range = "0s..7d")
        Duration takeoverIdle,
    @Setting(
            value =
                "Unique-ids of UIDL: `popinjay`, or a text with variables of `{uid}`, "
                    + "`{uidvalidity}`, `{xuidl}`, `{md5-popa3d}`, `{md5-qpopper}`, "
                    + "`{message-id}`.",
            range = "1..200")
        String uidlFormat,
    @Setting("Answer LAST (RFC 1081), which RFC 1939 dropped and old clients ask.") boolean last,
    @Setting(
            value =
                "Least time between two sign-ins of a user; announced and enforced (RFC"
                    + " 2449, section 6.5).",
            range = "0s..1d")
        Duration loginDelay,
    @Setting(
            value =
                "How long mail is kept on the server at the least, in whole days; announced by"
                    + " EXPIRE (RFC 2449, section 6.7). `autoDelete` removes what is older.",
            range = "0d..36500d",
            empty = "never")
        Optional<Duration> expire,
    @Setting(
            "Remove at QUIT what has been read and arrived longer ago than `expire`; with `0d` what"
                + " this session has fetched by RETR, whenever it arrived. What nobody has read"
                + " stays, and without QUIT everything does.")
        boolean autoDelete,
    @Setting("Leave IMPLEMENTATION out of the answer to CAPA.") boolean shy,
    @Setting(
            "What becomes of a message with UTF-8 in its header in a session that did not ask for"
                + " UTF8 (RFC 6856, section 2.1). `none`: it is sent as it is. `refuse`: RETR and"
                + " TOP answer `-ERR [UTF8]`.")
        Downgrade downgrade,
    @Setting("Answer HELP with the commands that may be given.") boolean help,
    @Setting("Answer XOVER and XDELE, which Heimdal's popper added; each XOVER reads all mail.")
        boolean xover) {

  /// RFC 1939 with its ten minutes.
  public static final Pop3Config DEFAULTS =
      new Pop3Config(
          Duration.ofMinutes(10),
          Duration.ofSeconds(60),
          "popinjay",
          true,
          Duration.ZERO,
          Optional.empty(),
          false,
          false,
          Downgrade.NONE,
          false,
          false);

  /// What becomes of messages that a client did not say it could read.
  public enum Downgrade {
    /// Nothing: they are sent as they are.
    NONE,
    /// They are refused.
    REFUSE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Checks the ranges, and that `expire` is whole days.
  public Pop3Config {
    SettingRange.check(
        "pop3",
        Pop3Config.class,
        idleTimeout,
        takeoverIdle,
        uidlFormat,
        last,
        loginDelay,
        expire,
        autoDelete,
        shy,
        downgrade,
        help,
        xover);
    expire.ifPresent(kept -> {
      if (kept.toMillis() % Duration.ofDays(1).toMillis() != 0) {
        throw new SettingException("pop3.expire", Durations.print(kept), "whole days");
      }
    });
    if (autoDelete && expire.isEmpty()) {
      throw new SettingException("pop3.autoDelete", "true", "pop3.expire to say how old mail gets");
    }
  }
}
