package org.popinjay.config;

import java.util.Locale;

/// How the mbox engine treats spools.
public record MboxConfig(
    @Setting(
            "When no dotlock can be made because the spool folder is not writable: "
                + "`require` fails, `try` goes on with the other locks and warns.")
        Dotlock dotlock,
    @Setting(
            "Break the dotlock of a process of this machine that is dead at once. Only "
                + "where no other machine mounts the spools.")
        boolean dotlockPidLocal,
    @Setting("Serve a spool that root owns instead of its user.") boolean allowRootOwned,
    @Setting("Write flags into the spool at all; else they live in `mail.state` alone.")
        boolean writeFlags,
    @Setting(
            "Believe `Status` and `X-Status` of mail that comes in. A sender can then "
                + "deliver mail that looks read or deleted.")
        boolean trustDeliveredFlags,
    @Setting(
            value = "Largest journal of a rewrite; what is longer is done in steps of this size.",
            range = "1MiB..64GiB")
        ByteSize journalMax,
    @Setting(
            value =
                "Space kept written out in `mail.state`, so that deleting works on a full disk.",
            range = "1MiB..1GiB")
        ByteSize journalReserve,
    @Setting(
            value =
                "Memory for the tables of mailboxes that nobody has open, so that the "
                    + "next session need not read them.",
            range = "0B..16GiB")
        ByteSize indexMemory,
    @Setting(
            value =
                "Folder of the index that Dovecot kept of an INBOX, of which the first look takes"
                    + " over what is not in the spool, where `pop3.uidlImport` is `dovecot`. If it"
                    + " ends in `/.imap/INBOX`, those of other mailboxes are looked for below the"
                    + " same folder.",
            restart = true)
        Template dovecotIndex) {

  /// Careful on a local file system.
  public static final MboxConfig DEFAULTS =
      new MboxConfig(
          Dotlock.REQUIRE,
          false,
          false,
          true,
          false,
          ByteSize.ofMiB(256),
          ByteSize.ofMiB(8),
          ByteSize.ofMiB(64),
          Template.parse("{home}/mail/.imap/INBOX"));

  /// Checks the ranges.
  public MboxConfig {
    SettingRange.check(
        "mbox",
        MboxConfig.class,
        dotlock,
        dotlockPidLocal,
        allowRootOwned,
        writeFlags,
        trustDeliveredFlags,
        journalMax,
        journalReserve,
        indexMemory,
        dovecotIndex);
  }

  /// What to do where no dotlock can be made.
  public enum Dotlock {
    /// Go on without.
    TRY,
    /// Fail.
    REQUIRE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
