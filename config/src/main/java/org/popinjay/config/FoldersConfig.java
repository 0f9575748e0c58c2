package org.popinjay.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The tree of mailboxes besides INBOX.
public record FoldersConfig(
    @Setting(
            "Where mailboxes below a mailbox live: `sibling` in a folder `NAME.sbd` "
                + "beside its file; `none`: a mailbox has no children, as with UW imapd.")
        Children children,
    @Setting(
            "How names stand on the disk: `utf8`, or `mutf7` as IMAP itself writes them and"
                + " Dovecot keeps them by default.")
        DiskEncoding diskEncoding,
    @Setting(
            "What mailboxes are for, by name: `\\Archive`, `\\Drafts`, `\\Junk`, `\\Sent` or"
                + " `\\Trash`. Where a name is missing, one that mail programs are known to use is"
                + " taken.")
        Map<String, Use> specialUse,
    @Setting(
            value =
                "How long the file of a deleted mailbox is kept in `.popinjay-deleted` of the"
                    + " user's folder; 0s removes it at once.",
            range = "0s..")
        Duration undelete,
    @Setting(
            "Mailboxes made for a user who never had one of that name, as soon as they are asked"
                + " for.")
        List<String> autoCreate) {

  /// Children allowed, nothing made by itself.
  public static final FoldersConfig DEFAULTS =
      new FoldersConfig(
          Children.SIBLING,
          DiskEncoding.UTF8,
          Map.of(
              "Archive", Use.ARCHIVE,
              "Drafts", Use.DRAFTS,
              "Junk", Use.JUNK,
              "Sent", Use.SENT,
              "Trash", Use.TRASH),
          Duration.ZERO,
          List.of());

  /// Copies the collections and checks the range.
  public FoldersConfig {
    specialUse = Map.copyOf(specialUse);
    autoCreate = List.copyOf(autoCreate);
    SettingRange.check(
        "folders", FoldersConfig.class, children, diskEncoding, specialUse, undelete, autoCreate);
  }

  /// Whether and where a mailbox has children.
  public enum Children {
    /// In `NAME.sbd` beside it.
    SIBLING,
    /// It has none.
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How names stand on the disk.
  public enum DiskEncoding {
    /// As they are.
    UTF8,
    /// In modified UTF-7 (RFC 3501, section 5.1.3).
    MUTF7;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What a mailbox can be for (RFC 6154, section 2).
  public enum Use {
    /// Old mail worth keeping.
    ARCHIVE("\\Archive"),
    /// Mail not yet sent.
    DRAFTS("\\Drafts"),
    /// Unwanted mail.
    JUNK("\\Junk"),
    /// Copies of sent mail.
    SENT("\\Sent"),
    /// What is to go soon.
    TRASH("\\Trash");

    private final String word;

    Use(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }
}
