package org.popinjay.config;

import java.util.Locale;
import java.util.Optional;

/// What old clients may need and others must not see.
public record LegacyConfig(
    @Setting(
            "`synthesize` puts a field `Status` in front of each message that POP2 sends, as"
                + " UW's ipop2d did, and counts it; `omit` sends messages as they are.")
        StatusHeader statusHeader,
    @Setting(
            value =
                "Have POP2 send CRLF behind each message, and count it. `auto`: on listeners with"
                    + " `responses: uw`, as ipop2d did for a client of PC-NFS.",
            empty = "auto")
        Optional<Boolean> pop2TrailingCrlf,
    @Setting(
            "Drop the option requests of a telnet program (RFC 854) that stand at the start of a"
                + " line, for people who try a port by hand.")
        boolean telnet,
    @Setting(
            value =
                "Hold the lock of popper and qpopper, an empty file `.USER.pop` beside the spool,"
                    + " for each POP session, so that they may serve the same spools for a while.",
            restart = true)
        boolean popLockFile) {

  /// For the clients of today.
  public static final LegacyConfig DEFAULTS =
      new LegacyConfig(StatusHeader.OMIT, Optional.empty(), false, false);

  /// Whether POP2 sends a field that no message has.
  public enum StatusHeader {
    /// No.
    OMIT,
    /// Made of what is known of the message.
    SYNTHESIZE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
