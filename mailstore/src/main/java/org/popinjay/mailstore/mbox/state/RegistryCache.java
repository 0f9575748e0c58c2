package org.popinjay.mailstore.mbox.state;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.FileStat;

/// What the registries read last said, so that each question costs a look at the file and no
/// reading. Every change makes another file, which is how an old one is known. Thread-safe.
public final class RegistryCache {
  private static final int MOST = 1_000;
  private static final int MOST_PREPARED = 100_000;

  private final LinkedHashMap<String, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  private record Known(FileStat stat, RegistryFormat.Content content) {}

  /// UIDVALIDITYs that were written down for mailboxes which have not begun to use them, by the id
  /// of the mailbox.
  private final LinkedHashMap<String, Long> prepared = new LinkedHashMap<>();

  /// Notes UIDVALIDITYs that nobody was told of.
  synchronized void prepared(List<MailboxRegistry.Entry> more) {
    more.forEach(entry -> prepared.put(entry.id(), entry.lastUidValidity()));
    var eldest = prepared.entrySet().iterator();
    for (int left = prepared.size(); left > MOST_PREPARED; left--) {
      Map.Entry<String, Long> _ = eldest.next();
      eldest.remove();
    }
  }

  /// The UIDVALIDITY that a mailbox may begin with, once; 0 if there is none.
  synchronized long take(String id) {
    var found = prepared.remove(id);
    return found == null ? 0 : found;
  }

  /// What a registry says, if the file is the one that was read.
  synchronized RegistryFormat.@Nullable Content get(String path, FileStat stat) {
    var last = known.get(path);
    return last != null
            && last.stat.sameFile(stat)
            && last.stat.size() == stat.size()
            && last.stat.changedNanos() == stat.changedNanos()
        ? last.content
        : null;
  }

  /// Remembers what a registry says.
  synchronized void put(String path, FileStat stat, RegistryFormat.Content content) {
    known.put(path, new Known(stat, content));
    if (known.size() > MOST) {
      var eldest = known.entrySet().iterator();
      Map.Entry<String, Known> _ = eldest.next();
      eldest.remove();
    }
  }
}
