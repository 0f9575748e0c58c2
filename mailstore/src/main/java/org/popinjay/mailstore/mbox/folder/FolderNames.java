package org.popinjay.mailstore.mbox.folder;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.FoldersConfig.DiskEncoding;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModifiedUtf7;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreFailure.NameRefused;
import org.popinjay.mailstore.StoreFailure.NameTooLong;
import org.popinjay.posix.SafeOpen;

/// Which names mailboxes can have, and how they stand on the disk: the one door from a client's
/// words to a path.
///
/// A level is 1 to 240 octets of text in the form NFC; it is neither `.` nor `..`, holds no `/`, no
/// control and no half of a character, does not begin with `.`, `~` or `#`, and does not end as
/// files of mail programs do: in `.lock`, `~` or `.sbd`. There are at most 16 levels of 1,000
/// octets in all. Without side effects; touches no disk.
public final class FolderNames {
  /// What the folder of a mailbox's children ends in.
  static final String CHILDREN = ".sbd";

  /// Most levels of a name.
  static final int LEVELS_MAX = 16;

  private static final int LEVEL_OCTETS_MAX = 240;
  private static final int NAME_OCTETS_MAX = 1_000;

  private final DiskEncoding encoding;

  public FolderNames(DiskEncoding encoding) {
    this.encoding = encoding;
  }

  /// The one spelling of a name: normal form C.
  public static MailboxName canonical(MailboxName name) {
    return Normalizer.isNormalized(name.text(), Normalizer.Form.NFC)
        ? name
        : new MailboxName(Normalizer.normalize(name.text(), Normalizer.Form.NFC));
  }

  /// Why a name cannot be that of a folder, or null.
  ///
  /// @param name canonical
  @Nullable StoreFailure fault(MailboxName name) {
    if (octets(name.text()) > NAME_OCTETS_MAX) {
      return new NameTooLong("name above " + NAME_OCTETS_MAX + " octets");
    }
    var levels = levels(name);
    if (levels.size() > LEVELS_MAX) {
      return new NameTooLong("more than " + LEVELS_MAX + " levels");
    }
    for (var level : levels) {
      var fault = levelFault(level);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  /// As [#fault] for a name to be made: what a pattern of LIST could not name is refused, too.
  @Nullable StoreFailure faultOfNew(MailboxName name) {
    return name.text().indexOf('*') >= 0 || name.text().indexOf('%') >= 0
        ? new NameRefused("wildcard in a name")
        : fault(name);
  }

  private @Nullable StoreFailure levelFault(String level) {
    if (level.isEmpty()) {
      return new NameRefused("empty level");
    }
    if (".~#".indexOf(level.charAt(0)) >= 0) {
      return new NameRefused("level begins with . ~ or #");
    }
    if (level.endsWith(".lock") || level.endsWith("~") || level.endsWith(CHILDREN)) {
      return new NameRefused("level ends with .lock, ~ or " + CHILDREN);
    }
    if (!level.codePoints().allMatch(FolderNames::isText)) {
      return new NameRefused("control or broken character");
    }
    return octets(encoded(level)) > LEVEL_OCTETS_MAX
        ? new NameTooLong("level above " + LEVEL_OCTETS_MAX + " octets")
        : null;
  }

  private static boolean isText(int character) {
    return !Character.isISOControl(character)
        && character != 0x2028
        && character != 0x2029
        && !(character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
  }

  /// The levels of a name.
  static List<String> levels(MailboxName name) {
    return SafeOpen.steps(name.text());
  }

  /// File names of the levels of a name; empty if it cannot be that of a folder.
  ///
  /// @param name canonical
  List<String> onDisk(MailboxName name) {
    if (fault(name) != null) {
      return List.of();
    }
    var files = new ArrayList<String>();
    for (var level : levels(name)) {
      files.add(encoded(level));
    }
    return files;
  }

  private String encoded(String level) {
    return switch (encoding) {
      case UTF8 -> level;
      case MUTF7 -> ModifiedUtf7.encode(level);
    };
  }

  /// The level that a file name stands for; empty if it cannot be the name of a folder.
  Optional<String> level(String file) {
    var level =
        switch (encoding) {
          case UTF8 -> Optional.of(file);
          case MUTF7 -> Optional.ofNullable(ModifiedUtf7.decode(file));
        };
    return level.filter(
        text -> Normalizer.isNormalized(text, Normalizer.Form.NFC) && levelFault(text) == null);
  }

  /// A name as it stands in a file of names.
  String written(MailboxName name) {
    return encoded(name.text());
  }

  /// The name that [#written] wrote; empty for what cannot be one.
  Optional<MailboxName> read(String written) {
    var text =
        switch (encoding) {
          case UTF8 -> Optional.of(written);
          case MUTF7 -> Optional.ofNullable(ModifiedUtf7.decode(written));
        };
    return text.map(found -> canonical(new MailboxName(found))).filter(name -> fault(name) == null);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
