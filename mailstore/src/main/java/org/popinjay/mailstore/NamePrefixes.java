package org.popinjay.mailstore;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Names of mailboxes as clients have them that were set up for the servers of UW: with the folder
/// of the mail in front (`mail/work`), from the home (`~/mail/work`), or as a path. What such a
/// name means is found out here, for every protocol.
///
/// A folder that there is by the name of an alias wins over it. Immutable and thread-safe.
public final class NamePrefixes {
  private static final String HOME = "~/";

  private final List<String> aliases;

  /// @param aliases what may stand in front of a name, each with `/` at its end
  public NamePrefixes(List<String> aliases) {
    this.aliases =
        aliases.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /// A name, or a pattern for names, in two.
  ///
  /// @param alias what stood in front and means nothing here; answers repeat it
  /// @param rest what the store knows
  public record Split(String alias, String rest) {}

  /// Takes from a name, or from a pattern, what stands in front of it and means nothing here. May
  /// block where it begins with an alias.
  public Split split(Account account, String text) {
    for (var alias : aliases) {
      if (text.startsWith(alias) && !isFolder(account, alias)) {
        return new Split(alias, text.substring(alias.length()));
      }
    }
    return text.startsWith(HOME)
        ? new Split(HOME, text.substring(HOME.length()))
        : new Split("", text);
  }

  /// The mailbox that a name means; empty for one that a server of UW would look for where nothing
  /// is looked for here, and for a folder by the name of an alias. May block where it begins with
  /// an alias.
  public Optional<MailboxName> meant(Account account, MailboxName name) {
    var text = name.text();
    if (text.isEmpty() || !isForeign(text)) {
      return Optional.of(name);
    }
    if (account.isInbox(text)) {
      return Optional.of(MailboxName.INBOX);
    }
    var split = split(account, text);
    return split.alias().isEmpty() ? Optional.empty() : Optional.of(new MailboxName(split.rest()));
  }

  /// Whether a level of names is but an alias. May block.
  ///
  /// @param level with `/` at its end
  public boolean isAlias(Account account, String level) {
    return level.equals(HOME) || (aliases.contains(level) && !isFolder(account, level));
  }

  /// Whether a name may be more than the name of a mailbox.
  private boolean isForeign(String name) {
    return (name.charAt(0) == '{' ? name.indexOf('}') > 0 : "~/#".indexOf(name.charAt(0)) >= 0)
        || aliases.stream().anyMatch(name::startsWith);
  }

  /// Whether there is a folder by the name of an alias.
  private static boolean isFolder(Account account, String alias) {
    var name = alias.substring(alias.startsWith(HOME) ? HOME.length() : 0, alias.length() - 1);
    return account.folders() instanceof StoreResult.Done<List<Folder>>(List<Folder> folders)
        && folders.stream().anyMatch(folder -> folder.name().text().equals(name));
  }
}
