package org.popinjay.mailstore.mbox;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.FileStat;

/// What the registries read last said, so that each question costs a look at the file and no
/// reading. Every change makes another file, which is how an old one is known. Thread-safe.
final class RegistryCache {
  private static final int MOST = 1_000;

  private final LinkedHashMap<String, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  private record Known(FileStat stat, RegistryFormat.Content content) {}

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
