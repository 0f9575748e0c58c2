package org.popinjay.mailstore.mbox.folder;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.FoldersConfig.Children;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// The mailboxes of one user as they lie below the root of `mail.folders`.
///
/// ```
/// Work            a mailbox
/// Work.sbd/Tea    the mailbox Work/Tea
/// Lists/          a mere level of the tree
/// Lists/Java      the mailbox Lists/Java
/// INBOX/Old       the mailbox INBOX/Old; INBOX itself is elsewhere
/// ```
///
/// A file is a mailbox if it is empty or begins as one; `NAME.sbd` alone is a level, too. Where
/// both `NAME/` and `NAME.sbd/` are there, which is nobody's doing but a user's, the first counts.
/// Runs with the rights of the user; never waits but for the disk.
public final class FolderTree {
  private static final byte[] FIRST_OCTETS = {'F', 'r', 'o', 'm', ' '};
  private static final String INBOX = MailboxName.INBOX.text();

  private final FileCalls files;
  private final FolderNames names;
  private final Children children;
  private final String root;
  private final String spool;

  /// @param root path of the user's root
  /// @param spool path of the user's INBOX, which is no folder even if it lies here
  public FolderTree(
      FileCalls files, FolderNames names, Children children, String root, String spool) {
    this.files = files;
    this.names = names;
    this.children = children;
    this.root = root;
    this.spool = spool;
  }

  /// What there is of a name.
  public sealed interface Found {
    /// A mailbox.
    ///
    /// @param path from the root
    record File(String path) implements Found {}

    /// A level of the tree.
    ///
    /// @param path from the root, of the folder that makes it one
    record Level(String path) implements Found {}

    /// Nothing.
    record Missing() implements Found {}
  }

  /// The path of the root.
  String root() {
    return root;
  }

  /// The way to names and back.
  FolderNames names() {
    return names;
  }

  /// Looks a name up.
  ///
  /// @param name canonical, not INBOX
  public Found find(MailboxName name) throws PosixException {
    var levels = names.onDisk(name);
    if (levels.isEmpty()) {
      return new Found.Missing();
    }
    try (var parent = parent(levels)) {
      return parent == null ? new Found.Missing() : find(parent, levels.getLast());
    }
  }

  private Found find(OpenFolder parent, String name) throws PosixException {
    var type = parent.type(name);
    if (type == FileStat.Type.REGULAR && !isSpool(parent.pathOf(name))) {
      return new Found.File(parent.pathOf(name));
    }
    var folder = folderOf(parent, name, type);
    return folder == null ? new Found.Missing() : new Found.Level(parent.pathOf(folder));
  }

  private boolean isSpool(String path) {
    return (root + "/" + path).equals(spool);
  }

  /// Opens the folder that the last level of a name is in, or gives null if there is none.
  @Nullable OpenFolder parent(List<String> levels) throws PosixException {
    var at = OpenFolder.root(files, root);
    for (var level : levels.subList(0, levels.size() - 1)) {
      if (at == null) {
        return null;
      }
      try (var left = at) {
        var folder = folderOf(left, level, left.type(level));
        at = folder == null ? null : left.enter(folder);
      }
    }
    return at;
  }

  /// The name of the folder that holds what is below a level, or null.
  @Nullable String folderOf(OpenFolder parent, String level, FileStat.@Nullable Type type)
      throws PosixException {
    if (type == FileStat.Type.DIRECTORY) {
      return level;
    }
    var sibling = siblingOf(parent, level);
    return sibling != null && parent.hasFolder(sibling) ? sibling : null;
  }

  /// The name that the folder of a mailbox's children has; null if there can be none. That of INBOX
  /// is always a plain one.
  @Nullable String siblingOf(OpenFolder parent, String level) {
    return children == Children.NONE || parent.pathOf(level).equals(INBOX)
        ? null
        : level + FolderNames.CHILDREN;
  }

  /// Every mailbox and level but INBOX, in no order; no mailbox is opened.
  ///
  /// @return whether INBOX has children is what `children` of [Scan] says
  Scan scan() throws PosixException {
    var found = new ArrayList<Folder>();
    try (var arena = Arena.ofConfined();
        var top = OpenFolder.root(files, root)) {
      boolean inboxHasChildren = false;
      if (top != null) {
        var head = arena.allocate(FIRST_OCTETS.length).asByteBuffer();
        inboxHasChildren = new Scanning(head, found).topLevel(top);
      }
      return new Scan(found, inboxHasChildren);
    }
  }

  /// What a scan found.
  ///
  /// @param folders without uses
  /// @param inboxHasChildren whether there are any below INBOX
  record Scan(List<Folder> folders, boolean inboxHasChildren) {}

  /// What lies in one folder, by level.
  private static final class Contents {
    final Set<String> files = new HashSet<>();
    final Map<String, String> folders = new HashMap<>();

    Set<String> levels() {
      var all = new HashSet<>(files);
      all.addAll(folders.keySet());
      return all;
    }
  }

  /// One scan.
  private final class Scanning {
    private final ByteBuffer head;
    private final List<Folder> found;

    Scanning(ByteBuffer head, List<Folder> found) {
      this.head = head;
      this.found = found;
    }

    /// @return whether there is anything below INBOX
    boolean topLevel(OpenFolder top) throws PosixException {
      var contents = contents(top);
      contents.levels().stream()
          .filter(level -> !level.equals(INBOX) && new MailboxName(level).equals(MailboxName.INBOX))
          .forEach(level -> {
            contents.files.remove(level);
            contents.folders.remove(level);
          });
      contents.files.remove(INBOX);
      var inbox = contents.folders.remove(INBOX);
      everything(top, contents, "", 1);
      return inbox != null && inbox.equals(INBOX) && below(top, inbox, INBOX + "/", 1);
    }

    private void everything(OpenFolder folder, Contents contents, String prefix, int depth)
        throws PosixException {
      for (var level : contents.levels()) {
        boolean selectable = contents.files.contains(level);
        var inside = contents.folders.get(level);
        boolean hasChildren = inside != null && below(folder, inside, prefix + level + "/", depth);
        found.add(
            new Folder(
                new MailboxName(prefix + level),
                selectable,
                depth < FolderNames.LEVELS_MAX && (!selectable || children != Children.NONE),
                hasChildren,
                null));
      }
    }

    /// @return whether there is anything
    private boolean below(OpenFolder parent, String name, String prefix, int depth)
        throws PosixException {
      if (depth >= FolderNames.LEVELS_MAX) {
        return false;
      }
      try (var folder = parent.enter(name)) {
        if (folder == null) {
          return false;
        }
        int before = found.size();
        everything(folder, contents(folder), prefix, depth + 1);
        return found.size() > before;
      }
    }

    private Contents contents(OpenFolder folder) throws PosixException {
      var contents = new Contents();
      for (var entry : folder.list()) {
        var name = entry.name();
        if (entry.type() == FileStat.Type.REGULAR) {
          var level = names.level(name);
          if (level.isPresent() && !isSpool(folder.pathOf(name)) && beginsAsMbox(folder, name)) {
            contents.files.add(level.get());
          }
        } else if (entry.type() == FileStat.Type.DIRECTORY) {
          boolean sibling = children == Children.SIBLING && name.endsWith(FolderNames.CHILDREN);
          var base =
              sibling ? name.substring(0, name.length() - FolderNames.CHILDREN.length()) : name;
          names
              .level(base)
              .ifPresent(level ->
                  contents.folders.merge(level, name, (one, other) -> sibling ? one : other));
        }
      }
      return contents;
    }

    /// A file that the user may not read is somebody's mailbox all the same.
    private boolean beginsAsMbox(OpenFolder folder, String name) throws PosixException {
      try {
        folder.read(name, head.clear());
      } catch (PosixException e) {
        return switch (e.errno()) {
          case EACCES, EPERM -> true;
          case ENOENT, ELOOP, ENXIO -> false;
          default -> throw e;
        };
      }
      head.flip();
      return !head.hasRemaining() || head.equals(ByteBuffer.wrap(FIRST_OCTETS));
    }
  }

  /// Whether anything that is seen lies below a level.
  boolean hasChildren(MailboxName name) throws PosixException {
    return scan().folders().stream().anyMatch(folder -> name.isAbove(folder.name()));
  }

  /// Size of a mailbox in octets; 0 if there is none.
  long octets(Found.File file) throws PosixException {
    try (var folder = OpenFolder.below(files, root, parentPath(file.path()))) {
      return folder == null ? 0 : folder.octets(fileName(file.path()));
    }
  }

  /// The file calls that it works with.
  FileCalls files() {
    return files;
  }

  /// Opens a folder by its path from the root.
  ///
  /// @throws PosixException `ENOENT` if there is none
  OpenFolder open(String path) throws PosixException {
    var folder = OpenFolder.below(files, root, path);
    if (folder == null) {
      throw new PosixException("open", root + "/" + path, Errno.ENOENT);
    }
    return folder;
  }

  /// The path of the folder that a path leads into.
  static String parentPath(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /// The last name of a path.
  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
