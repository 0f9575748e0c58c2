package org.popinjay.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is logged, and where.
public record LogConfig(
    @Setting("What is logged (the classic `-d` is `debug`, with which sessions are traced).")
        Level level,
    @Setting("`text` for people, `json` one object a line.") Format format,
    @Setting(
            "The classic `-s`: a line `Stats: user deleted octets left octets` when a "
                + "session ends; `extended` adds name and address of the client.")
        Statistics statistics,
    @Setting(
            "The classic `-t`: every line of every session goes to this file, secrets "
                + "hidden, mail cut. Reopened on SIGHUP.")
        Optional<Path> traceFile,
    @Setting(
            "Users whose sessions are traced, in `log.traceFile` and in the log at level `debug`. "
                + "None: all users'. What is said before sign-in is nobody's, and traced only "
                + "without this list or for `traceAddresses`.")
        List<String> traceUsers,
    @Setting("Networks that traced sessions come from. None: all.") List<Cidr> traceAddresses,
    @Setting(value = "Octets of a line that a trace shows at most.", range = "16..1000")
        int traceOctets,
    @Setting("The log; default: standard error. Reopened on SIGHUP.") Optional<Path> file,
    @Setting(
            "Facility of syslog that lines go to in place of standard error, through "
                + "`/dev/log`; popper's was `local0`. With `log.file` that is used instead.")
        Optional<Facility> syslog,
    @Setting(
            "A line `time protocol user address` for each sign-in goes to the end of this file,"
                + " before the client hears of it; for programs that admit by it who may send mail."
                + " Mode 0640 if it has to be made. Reopened on SIGHUP.")
        Optional<Path> signInFile,
    @Setting(
            "Write the lines of UW's servers besides: `Login user=`, `Logout user=`, `Update user=`"
                + " and `Login failed user=`, of the logger `popinjay.uw`.")
        boolean uwLines) {

  /// To standard error.
  public static final LogConfig DEFAULTS =
      new LogConfig(
          Level.INFO,
          Format.TEXT,
          Statistics.OFF,
          Optional.empty(),
          List.of(),
          List.of(),
          1000,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);

  /// Copies the lists and checks the range.
  public LogConfig {
    traceUsers = List.copyOf(traceUsers);
    traceAddresses = List.copyOf(traceAddresses);
    SettingRange.check(
        "log",
        LogConfig.class,
        level,
        format,
        statistics,
        traceFile,
        traceUsers,
        traceAddresses,
        traceOctets,
        file,
        syslog,
        signInFile,
        uwLines);
  }

  /// From few lines to many.
  public enum Level {
    /// What somebody has to look at.
    ERROR,
    /// And what somebody should look at.
    WARN,
    /// And who came and went.
    INFO,
    /// And what was said.
    DEBUG,
    /// And every step.
    TRACE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How a line looks.
  public enum Format {
    /// For people.
    TEXT,
    /// For machines.
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Who syslog takes us for (RFC 3164, section 4.1.1).
  public enum Facility {
    /// Programs of users.
    USER(1),
    /// Mail.
    MAIL(2),
    /// Services.
    DAEMON(3),
    /// For the site.
    LOCAL0(16),
    /// For the site.
    LOCAL1(17),
    /// For the site.
    LOCAL2(18),
    /// For the site.
    LOCAL3(19),
    /// For the site.
    LOCAL4(20),
    /// For the site.
    LOCAL5(21),
    /// For the site.
    LOCAL6(22),
    /// For the site.
    LOCAL7(23);

    private final int number;

    Facility(int number) {
      this.number = number;
    }

    /// The number in a priority, before it is multiplied by eight.
    public int number() {
      return number;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether a session ends with a line of figures.
  public enum Statistics {
    /// No line.
    OFF("false"),
    /// The five classic fields.
    ON("true"),
    /// And name and address.
    EXTENDED("extended");

    private final String word;

    Statistics(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }
}
