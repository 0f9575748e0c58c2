package org.popinjay.mailstore.mbox.folder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.folder.FolderTree.Found;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// Makes, removes and renames files and folders of a user's tree; durable when a method returns.
///
/// Runs with the rights of the user and under `TreeLocks.changes`; never waits but for the disk.
final class FolderChanges {
  /// Where deleted mailboxes are kept for a while; no name of a folder begins with a dot.
  static final String DELETED = ".popinjay-deleted";

  private final FolderTree tree;
  private final FileCalls files;

  FolderChanges(FolderTree tree) {
    this.tree = tree;
    files = tree.files();
  }

  /// A file or folder that gets another name; both are paths from the root.
  record Move(String from, String to) {

    /// Where a path leads after the move.
    String applyTo(String path) {
      if (path.equals(from)) {
        return to;
      }
      return path.startsWith(from + "/") ? to + path.substring(from.length()) : path;
    }
  }

  /// Folders that were made on the way, to be taken back if the rest fails.
  private final class MadeOnTheWay {
    private final Deque<String> paths = new ArrayDeque<>();

    void add(OpenFolder parent, String name) throws PosixException {
      parent.makeFolder(name);
      paths.push(parent.pathOf(name));
      parent.sync();
    }

    void takeBack() {
      for (var path : paths) {
        Replacement.quietly(() -> {
          try (var parent = tree.open(FolderTree.parentPath(path))) {
            parent.removeFolder(FolderTree.fileName(path));
          }
        });
      }
    }
  }

  /// Work inside the folder that a name is in.
  private interface Within {
    @Nullable StoreFailure run(OpenFolder parent, String name) throws PosixException;
  }

  /// Makes an empty mailbox or a level, and the levels above it that are missing.
  ///
  /// @param name canonical and without fault
  /// @return why it was not made, or null
  @Nullable StoreFailure create(MailboxName name, boolean level) throws PosixException {
    return within(
        name,
        (parent, last) -> {
          var type = parent.type(last);
          var folder = tree.folderOf(parent, last, type);
          if (type != null || (folder != null && level)) {
            return exists(name);
          }
          if (level) {
            parent.makeFolder(last);
          } else {
            parent.makeFile(last);
          }
          parent.sync();
          return null;
        });
  }

  /// What has to be renamed so that a mailbox can be made where a level is.
  List<Move> makingRoom(MailboxName name) throws PosixException {
    if (!(tree.find(name) instanceof Found.Level(String path))) {
      return List.of();
    }
    try (var parent = tree.open(FolderTree.parentPath(path))) {
      var sibling = tree.siblingOf(parent, FolderTree.fileName(path));
      return sibling == null || path.endsWith(FolderNames.CHILDREN)
          ? List.of()
          : List.of(new Move(path, parent.pathOf(sibling)));
    }
  }

  /// Makes the levels above a name that are missing; to be called before [#moves].
  ///
  /// @return why there can be no such name, or null
  @Nullable StoreFailure makeParents(MailboxName name) throws PosixException {
    return within(name, (_, _) -> null);
  }

  private static StoreFailure exists(MailboxName name) {
    return new StoreFailure.AlreadyExists("there is a " + name.text());
  }

  private @Nullable StoreFailure within(MailboxName name, Within work) throws PosixException {
    var made = new MadeOnTheWay();
    boolean done = false;
    try {
      var failure = makeRoot();
      if (failure == null) {
        var levels = tree.names().onDisk(name);
        try (var parent = makeParents(levels, made)) {
          failure =
              parent == null
                  ? new StoreFailure.NameRefused("no mailbox can be below that of " + name.text())
                  : work.run(parent, levels.getLast());
        }
      }
      done = failure == null;
      return failure;
    } catch (PosixException e) {
      if (e.errno() == Errno.EEXIST) {
        return exists(name);
      }
      throw e;
    } finally {
      if (!done) {
        made.takeBack();
      }
    }
  }

  /// The root is made when it is first needed, a home never.
  @Nullable StoreFailure makeRoot() throws PosixException {
    try (var root = OpenFolder.root(files, tree.root())) {
      if (root != null) {
        return null;
      }
    }
    try {
      files.makeDirectory(tree.root(), 0700);
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT -> new StoreFailure.NameRefused("there is nowhere to make " + tree.root());
        case EEXIST -> new StoreFailure.NameRefused(tree.root() + " is no folder");
        default -> throw e;
      };
    }
    var home = FolderTree.parentPath(tree.root());
    Replacement.quietly(() -> Replacement.syncDirectory(files, home));
    return null;
  }

  /// @return the folder that the last level belongs in; null if a mailbox that can have no children
  ///   is in the way
  private @Nullable OpenFolder makeParents(List<String> levels, MadeOnTheWay made)
      throws PosixException {
    var at = tree.open("");
    for (var level : levels.subList(0, levels.size() - 1)) {
      try (var left = at) {
        var type = left.type(level);
        var folder = tree.folderOf(left, level, type);
        if (folder == null) {
          folder = type == null ? level : tree.siblingOf(left, level);
          if (folder == null || (type != null && type != FileStat.Type.REGULAR)) {
            return null;
          }
          made.add(left, folder);
        }
        var next = left.enter(folder);
        if (next == null) {
          return null;
        }
        at = next;
      }
    }
    return at;
  }

  /// What has to be renamed so that one name becomes another, as things stand now; what was done
  /// before a crash is not part of it. The file comes first, then the folder of its children.
  ///
  /// @param to its parents exist; if not, nothing can be renamed
  List<Move> moves(MailboxName from, MailboxName to) throws PosixException {
    var levels = tree.names().onDisk(to);
    try (var parent = levels.isEmpty() ? null : tree.parent(levels)) {
      if (parent == null) {
        return List.of();
      }
      var target = parent.pathOf(levels.getLast());
      return switch (tree.find(from)) {
        case Found.Missing _ -> List.of();
        case Found.Level(String path) ->
            List.of(
                new Move(
                    path,
                    path.endsWith(FolderNames.CHILDREN) ? target + FolderNames.CHILDREN : target));
        case Found.File(String path) -> {
          var moves = new ArrayList<Move>(List.of(new Move(path, target)));
          try (var folder = tree.open(FolderTree.parentPath(path))) {
            var sibling = tree.siblingOf(folder, FolderTree.fileName(path));
            if (sibling != null && folder.hasFolder(sibling)) {
              moves.add(new Move(folder.pathOf(sibling), target + FolderNames.CHILDREN));
            }
          }
          yield List.copyOf(moves);
        }
      };
    }
  }

  /// Renames, all or none as long as the process lives; replaces nothing.
  void move(List<Move> moves) throws PosixException {
    var done = new ArrayDeque<Move>();
    try {
      for (var each : moves) {
        rename(each);
        done.push(each);
      }
      for (var each : moves) {
        sync(each);
      }
    } catch (PosixException e) {
      for (var each : done) {
        Replacement.quietly(() -> {
          var back = new Move(each.to(), each.from());
          rename(back);
          sync(back);
        });
      }
      throw e;
    }
  }

  private void rename(Move move) throws PosixException {
    try (var from = tree.open(FolderTree.parentPath(move.from()));
        var to = tree.open(FolderTree.parentPath(move.to()))) {
      from.move(FolderTree.fileName(move.from()), to, FolderTree.fileName(move.to()), false);
    }
  }

  private void sync(Move move) throws PosixException {
    try (var from = tree.open(FolderTree.parentPath(move.from()));
        var to = tree.open(FolderTree.parentPath(move.to()))) {
      to.sync();
      from.sync();
    }
  }

  /// Removes a mailbox's file, and the folder of its children if that is empty.
  ///
  /// @param kept what it is called among the deleted ones, or null to remove it for good
  void removeFile(String path, @Nullable String kept) throws PosixException {
    var name = FolderTree.fileName(path);
    try (var parent = tree.open(FolderTree.parentPath(path))) {
      if (kept == null) {
        parent.removeFile(name);
      } else {
        try (var deleted = deleted()) {
          parent.move(name, deleted, kept, true);
          deleted.sync();
        }
      }
      parent.sync();
      var sibling = tree.siblingOf(parent, name);
      if (sibling != null) {
        Replacement.quietly(() -> parent.removeFolder(sibling));
      }
    }
  }

  private OpenFolder deleted() throws PosixException {
    try (var root = tree.open("")) {
      if (!root.hasFolder(DELETED)) {
        root.makeFolder(DELETED);
        root.sync();
      }
      return tree.open(DELETED);
    }
  }

  /// Removes a level that nothing is below.
  ///
  /// @return why it stays, or null
  @Nullable StoreFailure removeLevel(String path) throws PosixException {
    try (var parent = tree.open(FolderTree.parentPath(path))) {
      parent.removeFolder(FolderTree.fileName(path));
      parent.sync();
      return null;
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOTEMPTY) {
        return new StoreFailure.NameRefused(path + " holds files that are no mailboxes");
      }
      throw e;
    }
  }

  /// Removes those of the deleted mailboxes whose names begin with a number of seconds below a
  /// limit.
  void purge(long beforeEpochSecond) throws PosixException {
    try (var deleted = OpenFolder.below(files, tree.root(), DELETED)) {
      if (deleted == null) {
        return;
      }
      for (var entry : deleted.list()) {
        if (deletedAt(entry.name()) < beforeEpochSecond) {
          deleted.removeFile(entry.name());
        }
      }
    }
  }

  private static long deletedAt(String name) {
    int end = name.indexOf('.');
    try {
      return end < 0 ? Long.MAX_VALUE : Long.parseLong(name.substring(0, end));
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }
}
