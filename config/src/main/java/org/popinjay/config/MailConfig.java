package org.popinjay.config;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/// Where mail lies and with whose rights it is touched.
public record MailConfig(
    @Setting("Spool of a user, which is the INBOX and the maildrop.") Template spool,
    @Setting("Folder of every other mailbox of a user, one mbox file each.") Template folders,
    @Setting(
            "Indexes, journals and UID state; one folder per user below it. Part of the"
                + " mail: back it up with the spools.")
        Path state,
    @Setting(
            "`user`: files are touched with the user's uid, which needs the "
                + "capabilities CAP_SETUID and CAP_SETGID. `process`: as the server runs, for"
                + " users of one uid.")
        Identity identity,
    @Setting(
            "Start as root with `mail.identity: process` all the same, where every file is touched"
                + " with the rights of root and one fault of the server's opens the machine.")
        boolean asRoot,
    @Setting(
            value =
                "Group of dotlocks and new spools in the spool folder, as delivery "
                    + "agents expect it.",
            range = "1..32")
        String spoolGroup,
    @Setting("Locks that others are kept out with.") LocksConfig locks,
    @Setting("Zone of separator lines without one, read and written. Default: the system's.")
        Optional<ZoneId> timeZone,
    @Setting("Quota of a user; the file system's own holds besides.") QuotaConfig quota) {

  /// The classic places, touched as their owners.
  public static final MailConfig DEFAULTS =
      new MailConfig(
          Template.parse("/var/mail/{user}"),
          Template.parse("{home}/mail"),
          Path.of("/var/lib/popinjay"),
          Identity.USER,
          false,
          "mail",
          LocksConfig.DEFAULTS,
          Optional.empty(),
          QuotaConfig.DEFAULTS);

  /// Checks the ranges.
  public MailConfig {
    SettingRange.check(
        "mail",
        MailConfig.class,
        spool,
        folders,
        state,
        identity,
        asRoot,
        spoolGroup,
        locks,
        timeZone,
        quota);
  }

  /// With whose rights mail is touched.
  public enum Identity {
    /// With those of its owner.
    USER,
    /// With those of the server.
    PROCESS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
