package org.popinjay.config;

import java.util.List;
import java.util.Locale;

/// The tree of mailboxes besides INBOX.
public record FoldersConfig(
    @Setting(
            "Where mailboxes below a mailbox live: `sibling` in a folder `NAME.sbd` "
                + "beside its file; `none`: a mailbox has no children, as with UW imapd.")
        Children children,
    @Setting("Mailboxes made at a user's first sign-in.") List<String> autoCreate) {

  /// Children allowed, nothing made by itself.
  public static final FoldersConfig DEFAULTS = new FoldersConfig(Children.SIBLING, List.of());

  /// Copies the list.
  public FoldersConfig {
    autoCreate = List.copyOf(autoCreate);
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
}
