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
                "Unique-ids of UIDL: `popinjay`, or a text with `{uid}` and `{uidvalidity}`"
                    + ", each perhaps behind `%08x`. With `{md5-popa3d}`, `{md5-qpopper}`, "
                    + "`{md5-qpopper4}`, `{md5-dovecot}` or `{message-id}` the id is made when "
                    + "the message is first seen, and kept; a message that lacks a value has "
                    + "one of `popinjay`. `{xuidl}` counts in `uidlImport` alone.",
            range = "1..200",
            restart = true)
        String uidlFormat,
    @Setting(
            value =
                "Whose unique-ids the mail keeps that is in an INBOX at the first look at it: `uw`,"
                    + " `dovecot`, `dovecot:FORMAT` (its `pop3_uidl_format`), `qpopper`,"
                    + " `qpopper:4`, `popa3d`, `cyrus`, `heimdal`, `mailutils`, `file:PATH` with"
                    + " lines of user, digest and id, or a text as `uidlFormat` has. Mail that"
                    + " comes later gets those of `uidlFormat`.",
            range = "1..1000",
            empty = "none",
            restart = true)
        Optional<String> uidlImport,
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
          IdTemplate.POPINJAY_NAME,
          Optional.empty(),
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
        uidlImport,
        last,
        loginDelay,
        expire,
        autoDelete,
        shy,
        downgrade,
        help,
        xover);
    var _ = idTemplate(uidlFormat);
    uidlImport.ifPresent(from -> IdImport.parse("pop3.uidlImport", from));
    expire.ifPresent(kept -> {
      if (kept.toMillis() % Duration.ofDays(1).toMillis() != 0) {
        throw new SettingException("pop3.expire", Durations.print(kept), "whole days");
      }
    });
    if (autoDelete && expire.isEmpty()) {
      throw new SettingException("pop3.autoDelete", "true", "pop3.expire to say how old mail gets");
    }
  }

  /// [#uidlFormat], read.
  public IdTemplate idTemplate() {
    return idTemplate(uidlFormat);
  }

  /// [#uidlImport], read.
  public Optional<IdImport> idImport() {
    return uidlImport.map(from -> IdImport.parse("pop3.uidlImport", from));
  }

  private static IdTemplate idTemplate(String format) {
    if (format.equals(IdTemplate.POPINJAY_NAME)) {
      return IdTemplate.POPINJAY;
    }
    var template = IdTemplate.parse("pop3.uidlFormat", format);
    if (!template.readsMessage() && template.uids() != 1) {
      throw new SettingException(
          "pop3.uidlFormat", '"' + format + '"', "{uid} in it, and once: it tells messages apart");
    }
    return template;
  }

  /// The same with another [#uidlFormat] and [#uidlImport].
  public Pop3Config withUidl(String format, Optional<String> from) {
    return new Pop3Config(
        idleTimeout,
        takeoverIdle,
        format,
        from,
        last,
        loginDelay,
        expire,
        autoDelete,
        shy,
        downgrade,
        help,
        xover);
  }
}
