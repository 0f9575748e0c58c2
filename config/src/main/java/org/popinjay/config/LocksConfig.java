package org.popinjay.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/// The locks on a spool that other programs respect. All are asked for without waiting, in this
/// order; when one is not to be had, those before it are given back and all is tried again.
public record LocksConfig(
    @Setting(value = "Kinds taken for reading what was appended.", range = "1..3") List<Kind> read,
    @Setting(value = "Kinds taken for writing, in this order.", range = "1..3") List<Kind> write,
    @Setting(
            value =
                "Longest wait for a lock that another program holds, then the command "
                    + "fails. Clients wait about a minute.",
            range = "1s..10m")
        Duration timeout,
    @Setting(
            value =
                "Age from which a dotlock may be taken for left behind and broken, if "
                    + "the spool did not change either.",
            range = "2m..1d")
        Duration staleDotlock) {

  /// What the delivery agents of a Debian expect.
  public static final LocksConfig DEFAULTS =
      new LocksConfig(
          List.of(Kind.FCNTL),
          List.of(Kind.DOTLOCK, Kind.FCNTL),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5));

  /// Copies the lists, checks the ranges, refuses a kind named twice.
  public LocksConfig {
    read = List.copyOf(read);
    write = List.copyOf(write);
    SettingRange.check("mail.locks", LocksConfig.class, read, write, timeout, staleDotlock);
    refuseDoubles("mail.locks.read", read);
    refuseDoubles("mail.locks.write", write);
  }

  private static void refuseDoubles(String key, List<Kind> kinds) {
    if (EnumSet.copyOf(kinds).size() < kinds.size()) {
      throw new SettingException(key, kinds.toString(), "each kind once");
    }
  }

  /// Kinds of locks.
  public enum Kind {
    /// A file `NAME.lock` beside the spool.
    DOTLOCK,
    /// An open-file-description lock, which classic fcntl locks respect.
    FCNTL,
    /// flock(2).
    FLOCK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
