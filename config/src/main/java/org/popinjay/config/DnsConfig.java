package org.popinjay.config;

import java.util.Locale;

/// What is asked of the DNS.
public record DnsConfig(
    @Setting(
            "Look up the names of clients once they were greeted, and whether the names lead back."
                + " `log`: in the line of a session stands a name that does; `warn`: names that do"
                + " not, or are missing, are warnings, too.")
        Reverse reverse) {

  /// Nothing.
  public static final DnsConfig DEFAULTS = new DnsConfig(Reverse.OFF);

  /// What becomes of the names of clients.
  public enum Reverse {
    /// They are not looked up.
    OFF,
    /// They are in the log.
    LOG,
    /// The log warns of those that are missing or wrong.
    WARN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
