package org.popinjay.config;

import java.time.Duration;
import java.util.Locale;

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
            "Extensions that are announced: `compatible` those that clients in use cope"
                + " with, `full` all.")
        Profile profile) {

  /// RFC 9051 with its thirty minutes.
  public static final ImapConfig DEFAULTS =
      new ImapConfig(Duration.ofMinutes(30), Profile.COMPATIBLE);

  /// Checks the ranges.
  public ImapConfig {
    SettingRange.check("imap", ImapConfig.class, idleTimeout, profile);
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
