package org.popinjay.mailstore.mbox.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;

/// The names that a user subscribed to, in the file `.subscriptions` of the root: a name a line, as
/// Dovecot reads and writes it. Of Dovecot's second version, with `V` and a number in its first
/// line, the levels are parted by tabs; it is read, too. As long as there is none, `.mailboxlist`
/// of the home counts, in which UW imapd has paths from there, also with `~/` or the home itself in
/// front, and names of other servers, which mean nothing here.
///
/// Runs with the rights of the user and under `TreeLocks.changes`; a change is durable when it
/// returns.
final class Subscriptions {
  private static final String FILE = ".subscriptions";
  private static final String FILE_OF_UW = ".mailboxlist";
  private static final String NEXT = ".subscriptions.new";

  /// As many as are read, and may be written.
  static final int NAMES_MAX = 10_000;

  private static final int OCTETS_MAX = 1 << 20;

  private final FolderTree tree;
  private final String home;

  /// @param home of the user, absolute; empty if there is none
  Subscriptions(FolderTree tree, String home) {
    this.tree = tree;
    this.home = home;
  }

  /// What a file says.
  ///
  /// @param whole whether these are all its names: what is beyond the bounds is not read
  record Found(Set<MailboxName> names, boolean whole) {}

  /// Reads the names; null if none were ever written.
  @Nullable Found read() throws PosixException {
    try (var root = OpenFolder.root(tree.files(), tree.root())) {
      if (root != null && root.type(FILE) != null) {
        return parse(lines(root, FILE));
      }
    }
    return home.isEmpty() ? null : readOfUw();
  }

  /// What cannot be read of another program's is not there.
  private @Nullable Found readOfUw() {
    try (var folder = OpenFolder.root(tree.files(), home)) {
      if (folder == null || folder.type(FILE_OF_UW) == null) {
        return null;
      }
      var lines = lines(folder, FILE_OF_UW);
      return new Found(
          names(
              lines.kept().stream()
                  .filter(line -> !line.startsWith("{"))
                  .map(line -> below(tree.root(), home + "/" + below(home, below("~", line))))
                  .map(path -> below(home, path))),
          lines.whole());
    } catch (PosixException _) {
      return null;
    }
  }

  /// A path as seen from a folder that it begins with; else as it is.
  private static String below(String folder, String path) {
    return path.startsWith(folder + "/") ? path.substring(folder.length() + 1) : path;
  }

  /// Lines of a file that are not empty.
  ///
  /// @param whole whether these are all
  private record Lines(List<String> kept, boolean whole) {}

  private static Lines lines(OpenFolder folder, String name) throws PosixException {
    long octets = folder.octets(name);
    var text = text(folder, name, (int) Math.min(octets, OCTETS_MAX));
    boolean whole = octets <= OCTETS_MAX;
    // A line that is cut off is none.
    var lines = whole ? text : text.substring(0, text.lastIndexOf('\n') + 1);
    var kept = lines.lines().filter(line -> !line.isEmpty()).limit(NAMES_MAX + 1).toList();
    return kept.size() <= NAMES_MAX
        ? new Lines(kept, whole)
        : new Lines(kept.subList(0, NAMES_MAX), false);
  }

  private static String text(OpenFolder folder, String name, int octets) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(Math.max(1, octets)).asByteBuffer();
      folder.read(name, buffer);
      return UTF_8.decode(buffer.flip()).toString();
    }
  }

  private Found parse(Lines lines) {
    boolean second = !lines.kept().isEmpty() && lines.kept().getFirst().startsWith("V\t");
    return new Found(
        names(
            lines.kept().stream()
                .skip(second ? 1 : 0)
                .map(line -> second ? line.replace('\t', '/') : line)),
        lines.whole());
  }

  private Set<MailboxName> names(Stream<String> written) {
    var names = new LinkedHashSet<MailboxName>();
    written.forEach(line -> tree.names().read(line).ifPresent(names::add));
    return names;
  }

  /// Writes the names.
  ///
  /// @return why that cannot be, or null
  @Nullable StoreFailure write(Collection<MailboxName> all) throws PosixException {
    var text = new StringBuilder();
    for (var name : all) {
      text.append(tree.names().written(name)).append('\n');
    }
    byte[] octets = text.toString().getBytes(UTF_8);
    if (all.size() > NAMES_MAX || octets.length > OCTETS_MAX) {
      return tooMany();
    }
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
      return null;
    }
  }

  /// There are more names than may be written.
  StoreFailure tooMany() {
    return new StoreFailure.TooManySubscriptions(
        tree.root()
            + "/"
            + FILE
            + ": more than "
            + NAMES_MAX
            + " names or "
            + OCTETS_MAX
            + " octets");
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
