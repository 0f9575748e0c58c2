package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;

/// The names that a user subscribed to, in the file `.subscriptions` of the root: a name a line, as
/// Dovecot reads and writes it. Of Dovecot's second version, with `V` and a number in its first
/// line, the levels are parted by tabs; it is read, too. As long as there is none, `.mailboxlist`
/// of the home counts, in which UW imapd has paths from there, also with `~/` or the home itself in
/// front, and names of other servers, which mean nothing here.
///
/// Runs with the rights of the user and under [TreeLocks#changes]; a change is durable when it
/// returns.
final class Subscriptions {
  private static final String FILE = ".subscriptions";
  private static final String FILE_OF_UW = ".mailboxlist";
  private static final String NEXT = ".subscriptions.new";
  private static final int OCTETS_MAX = 16 << 20;

  private final FolderTree tree;
  private final String home;

  /// @param home of the user, absolute; empty if there is none
  Subscriptions(FolderTree tree, String home) {
    this.tree = tree;
    this.home = home;
  }

  /// Reads the names; null if none were ever written.
  @Nullable Set<MailboxName> read() throws PosixException {
    try (var root = OpenFolder.root(tree.files(), tree.root())) {
      if (root != null && root.type(FILE) != null) {
        return parse(text(root, FILE));
      }
    }
    return home.isEmpty() ? null : readOfUw();
  }

  /// What cannot be read of another program's is not there.
  private @Nullable Set<MailboxName> readOfUw() {
    try (var folder = OpenFolder.root(tree.files(), home)) {
      if (folder == null || folder.type(FILE_OF_UW) == null) {
        return null;
      }
      var found = new LinkedHashSet<MailboxName>();
      text(folder, FILE_OF_UW)
          .lines()
          .filter(line -> !line.startsWith("{"))
          .map(line -> below(tree.root(), home + "/" + below(home, below("~", line))))
          .map(path -> below(home, path))
          .forEach(line -> tree.names().read(line).ifPresent(found::add));
      return found;
    } catch (PosixException _) {
      return null;
    }
  }

  /// A path as seen from a folder that it begins with; else as it is.
  private static String below(String folder, String path) {
    return path.startsWith(folder + "/") ? path.substring(folder.length() + 1) : path;
  }

  private static String text(OpenFolder folder, String name) throws PosixException {
    int octets = (int) Math.min(folder.octets(name), OCTETS_MAX);
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(Math.max(1, octets)).asByteBuffer();
      folder.read(name, buffer);
      return UTF_8.decode(buffer.flip()).toString();
    }
  }

  private Set<MailboxName> parse(String text) {
    boolean second = text.startsWith("V\t");
    var found = new LinkedHashSet<MailboxName>();
    text.lines()
        .skip(second ? 1 : 0)
        .filter(line -> !line.isEmpty())
        .map(line -> second ? line.replace('\t', '/') : line)
        .forEach(line -> tree.names().read(line).ifPresent(found::add));
    return found;
  }

  /// Writes the names.
  void write(Collection<MailboxName> all) throws PosixException {
    var text = new StringBuilder();
    for (var name : all) {
      text.append(tree.names().written(name)).append('\n');
    }
    byte[] octets = text.toString().getBytes(UTF_8);
    try (var arena = Arena.ofConfined();
        var root = tree.open("")) {
      forget(root);
      boolean done = false;
      int file = root.makeToWrite(NEXT);
      try {
        var buffer = arena.allocate(Math.max(1, octets.length)).asByteBuffer();
        Replacement.writeFully(tree.files(), file, buffer.put(octets).flip(), 0);
        tree.files().sync(file);
        done = true;
      } finally {
        Replacement.quietly(() -> tree.files().close(file));
        if (!done) {
          Replacement.quietly(() -> root.removeFile(NEXT));
        }
      }
      root.move(NEXT, root, FILE, true);
      root.sync();
    }
  }

  /// Removes what a process left that died over its writing.
  private static void forget(OpenFolder root) throws PosixException {
    try {
      root.removeFile(NEXT);
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }
}
