package org.popinjay.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Messages that every user is shown once.
public record BulletinsConfig(
    @Setting("Folder of the bulletins (the classic `-b`), one file each, named by number.")
        Optional<Path> dir,
    @Setting(
            value = "How many of the latest bulletins a user gets who never signed in before.",
            range = "0..1000")
        int newUserCount,
    @Setting(
            "Whether the second word of a file's name, between dots, is the Unix group that the"
                + " bulletin is for; `ALL` is everybody.")
        boolean groups,
    @Setting(
            "Where it stands which bulletin a user had last: `stateDir` in `mail.state`, after a"
                + " first look at `.popbull` in the user's home; `home` in that file itself, which"
                + " qpopper reads and writes, too.")
        State state,
    @Setting(
            value = "Host of the user's address in `To:` of a bulletin. Default: `host`.",
            range = "1..253")
        Optional<String> toHost,
    @Setting(
            "What IMAP users get of them: `folder` shows a mailbox `Bulletins` that all share;"
                + " `deliver` puts them into INBOX when it is selected, as POP3 does at sign-in;"
                + " `off`.")
        Imap imap) {

  /// No bulletins.
  public static final BulletinsConfig DEFAULTS =
      new BulletinsConfig(
          Optional.empty(), 0, false, State.STATE_DIR, Optional.empty(), Imap.FOLDER);

  /// Checks the ranges.
  public BulletinsConfig {
    SettingRange.check(
        "bulletins", BulletinsConfig.class, dir, newUserCount, groups, state, toHost, imap);
    toHost
        .filter(host -> !host.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '@'))
        .ifPresent(host -> {
          throw new SettingException("bulletins.toHost", host, "a host name");
        });
  }

  /// Where it stands which bulletin a user had last.
  public enum State {
    /// In `.popbull` of the home.
    HOME("home"),
    /// In `mail.state`.
    STATE_DIR("stateDir");

    private final String word;

    State(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /// What IMAP users get of bulletins.
  public enum Imap {
    /// A mailbox of their own.
    FOLDER,
    /// Copies in INBOX.
    DELIVER,
    /// Nothing.
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
