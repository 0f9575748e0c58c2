package org.popinjay.mailstore.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Changes of names that no directory sync has made durable yet, and how to take them back.
///
/// Of each directory's changes a crash keeps the first few, in order, as a file system with a
/// journal does. Directories are independent of each other but for a rename from one to another,
/// which holds what came before it in both.
final class NameHistory {

  /// What is needed to make a removed file again.
  record Removed(FileHistory content, Set<PosixFilePermission> permissions) {}

  private sealed interface Change {
    Path name();

    record Added(Path name) implements Change {}

    record Dropped(Path name, Removed file) implements Change {}

    record Renamed(Path from, Path name, @Nullable Removed overwritten) implements Change {}

    record DirectoryDropped(Path name) implements Change {}

    /// The directories whose entries changed.
    default Set<Path> places() {
      return this instanceof Renamed renamed && !place(renamed.from).equals(place(name()))
          ? Set.of(place(renamed.from), place(name()))
          : Set.of(place(name()));
    }
  }

  private final List<Change> pending = new ArrayList<>();

  private static Path place(Path name) {
    return name.resolveSibling("");
  }

  void added(Path name) {
    pending.add(new Change.Added(name));
  }

  void dropped(Path name, Removed file) {
    pending.add(new Change.Dropped(name, file));
  }

  void renamed(Path from, Path to, @Nullable Removed overwritten) {
    pending.add(new Change.Renamed(from, to, overwritten));
  }

  void directoryDropped(Path name) {
    pending.add(new Change.DirectoryDropped(name));
  }

  /// What is durable now are the changes of the directory and those they stand on.
  void synced(Path directory) {
    var durable = new ArrayList<Path>(List.of(directory));
    for (int i = pending.size() - 1; i >= 0; i--) {
      var places = pending.get(i).places();
      if (places.stream().anyMatch(durable::contains)) {
        durable.addAll(places);
        pending.remove(i);
      }
    }
  }

  /// Takes the last changes of each directory back, as many as chance wants.
  void losePower(RandomGenerator random) throws IOException {
    var firstLost = new TreeMap<Path, Integer>();
    for (var change : pending) {
      change.places().forEach(place -> firstLost.put(place, 0));
    }
    firstLost.replaceAll((_, _) -> random.nextInt(pending.size() + 1));
    while (spread(firstLost)) {
      // Until no kept change stands on a lost one.
    }
    for (int i = pending.size() - 1; i >= 0; i--) {
      if (lost(i, firstLost)) {
        takeBack(pending.get(i), random);
      }
    }
    pending.clear();
  }

  private boolean lost(int index, Map<Path, Integer> firstLost) {
    return pending.get(index).places().stream()
        .anyMatch(place -> index >= firstLost.getOrDefault(place, Integer.MAX_VALUE));
  }

  private boolean spread(Map<Path, Integer> firstLost) {
    boolean changed = false;
    for (int i = 0; i < pending.size(); i++) {
      if (lost(i, firstLost)) {
        for (var place : pending.get(i).places()) {
          int first = Math.min(i, firstLost.getOrDefault(place, Integer.MAX_VALUE));
          changed |= !Integer.valueOf(first).equals(firstLost.put(place, first));
        }
      }
    }
    return changed;
  }

  private static void takeBack(Change change, RandomGenerator random) throws IOException {
    switch (change) {
      case Change.Added(Path name) -> deleteTree(name);
      case Change.Dropped(Path name, Removed file) -> makeAgain(name, file, random);
      case Change.Renamed(Path from, Path to, Removed overwritten) -> {
        Files.move(to, from);
        if (overwritten != null) {
          makeAgain(to, overwritten, random);
        }
      }
      case Change.DirectoryDropped(Path name) -> Files.createDirectory(name);
    }
  }

  private static void makeAgain(Path name, Removed file, RandomGenerator random)
      throws IOException {
    Files.write(name, file.content().afterPowerLoss(random));
    Files.setPosixFilePermissions(name, file.permissions());
  }

  private static void deleteTree(Path name) throws IOException {
    try (var tree = Files.walk(name)) {
      for (var each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
