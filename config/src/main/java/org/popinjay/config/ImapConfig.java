package org.popinjay.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What an operator may set for IMAP.
public record ImapConfig(
    @Setting(
            value =
                "Silence after sign-in that ends the session. RFC 9051, section 5.4, "
                    + "demands at least thirty minutes: below `30m` the server warns at "
                    + "start.",
            range = "1m..7d")
        Duration idleTimeout,
    @Setting(
            value =
                "Extensions that are announced: `compatible` those that clients in use cope"
                    + " with, `full` all.",
            common = true)
        Profile profile,
    @Setting(
            "Extensions that are switched off, by the name that is announced: `on` or `off` for"
                + " each. What is off is neither announced nor understood, and what needs it is"
                + " off too.")
        Map<String, Switch> capabilities,
    @Setting(
            "Literals that come without leave (RFC 7888): `plus` takes them at any length, `minus`"
                + " up to 4096 octets.")
        Literal literal,
    @Setting(
            value =
                "How much of a command that is too large is thrown away, so that its answer can be"
                    + " read; more closes the connection.",
            range = "64KiB..1GiB")
        ByteSize discardMax,
    @Setting(
            "Take UTF-8 in quoted strings of clients that did not ask for it, as some send it all"
                + " the same.")
        boolean lenient8bit,
    @Setting(
            "Let subscriptions go along when a mailbox is renamed; RFC 9051, section 6.3.6, leaves"
                + " them with the old name.")
        boolean renameSubscriptions,
    @Setting(
            "Understand what IMAP2, IMAP2bis and RFC 1730 have and later versions left out: FIND,"
                + " BBOARD, PARTIAL, `SUBSCRIBE MAILBOX`, items of FETCH, dates of APPEND.")
        boolean obsolete,
    @Setting(
            "What clients may put in front of the names of mailboxes though it means nothing here,"
                + " each with `/` at its end: the \"IMAP server directory\" of those that were set"
                + " up for UW imapd. A folder of that name wins. `~/` is always understood.")
        List<String> namePrefixAliases) {

  /// Extensions that can be switched off. What stands besides in the announcement follows from
  /// other settings.
  public static final List<String> SWITCHES =
      List.of(
          "SASL-IR",
          "ID",
          "ENABLE",
          "IDLE",
          "NAMESPACE",
          "CHILDREN",
          "UIDPLUS",
          "UNSELECT",
          "MOVE",
          "SPECIAL-USE",
          "LIST-EXTENDED",
          "LIST-STATUS",
          "STATUS=SIZE",
          "ESEARCH",
          "WITHIN",
          "MULTIAPPEND",
          "CONDSTORE",
          "QRESYNC",
          "APPENDLIMIT",
          "COMPRESS=DEFLATE");

  /// RFC 9051 with its thirty minutes.
  public static final ImapConfig DEFAULTS =
      new ImapConfig(
          Duration.ofMinutes(30),
          Profile.COMPATIBLE,
          Map.of(),
          Literal.PLUS,
          ByteSize.ofMiB(16),
          true,
          false,
          true,
          List.of("mail/", "~/mail/"));

  /// Checks the ranges, and that there are such extensions.
  public ImapConfig {
    capabilities = Map.copyOf(capabilities);
    namePrefixAliases = List.copyOf(namePrefixAliases);
    SettingRange.check(
        "imap",
        ImapConfig.class,
        idleTimeout,
        profile,
        capabilities,
        literal,
        discardMax,
        lenient8bit,
        renameSubscriptions,
        obsolete,
        namePrefixAliases);
    for (var name : capabilities.keySet()) {
      if (!SWITCHES.contains(name)) {
        throw new SettingException("imap.capabilities", name, String.join(", ", SWITCHES));
      }
    }
    for (var alias : namePrefixAliases) {
      if (alias.length() < 2
          || !alias.endsWith("/")
          || "/#{".indexOf(alias.charAt(0)) >= 0
          || alias.regionMatches(true, 0, "INBOX/", 0, 6)) {
        throw new SettingException(
            "imap.namePrefixAliases", alias, "a relative path with / at its end, such as mail/");
      }
    }
  }

  /// Whether an extension is on.
  ///
  /// @param name as it is announced
  public boolean switchedOn(String name) {
    return capabilities.getOrDefault(name, Switch.ON) == Switch.ON;
  }

  /// Whether something is there.
  public enum Switch {
    /// It is.
    ON,
    /// It is not.
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Which literals may come without leave (RFC 7888).
  public enum Literal {
    /// Every one: LITERAL+.
    PLUS,
    /// Short ones: LITERAL-.
    MINUS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How much is announced.
  public enum Profile {
    /// What clients in use cope with.
    COMPATIBLE,
    /// Everything.
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
