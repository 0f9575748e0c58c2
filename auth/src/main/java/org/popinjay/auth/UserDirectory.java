package org.popinjay.auth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// All sources of users, asked in their order.
final class UserDirectory {
  private final List<UserSource> sources;

  /// @param sources at least one
  UserDirectory(List<UserSource> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("no source of users (expected at least one)");
    }
    this.sources = List.copyOf(sources);
  }

  /// What the first source says that knows the name.
  UserSource.Lookup find(String name) throws IOException {
    for (var source : sources) {
      var lookup = source.find(name);
      if (!(lookup instanceof UserSource.Unknown)) {
        return lookup;
      }
    }
    return new UserSource.Unknown();
  }

  /// The same without blocking; empty when that would not be certain.
  Optional<UserSource.Lookup> findInMemory(String name) {
    for (var source : sources) {
      var lookup = source.findInMemory(name);
      if (lookup.isEmpty() || !(lookup.get() instanceof UserSource.Unknown)) {
        return lookup;
      }
    }
    return Optional.of(new UserSource.Unknown());
  }

  /// Whether a mechanism that needs this form can serve everybody.
  boolean serves(StoredForm form) {
    return sources.stream().allMatch(source -> source.serves(form));
  }

  /// Whether a mechanism that needs this form can serve somebody.
  boolean servesSome(StoredForm form) {
    return sources.stream().anyMatch(source -> source.servesSome(form));
  }

  /// The first decoy that costs something: a name that nobody has was asked of every source.
  PasswordHash decoy() {
    return sources.stream()
        .map(UserSource::decoy)
        .filter(hash -> !hash.isCheap())
        .findFirst()
        .orElseGet(() -> sources.getFirst().decoy());
  }

  /// Keys like those of most users; empty when those of some have to be computed, and so of all.
  Optional<ScramHash> typicalKeys(ScramDigest digest) {
    return sources.stream().anyMatch(source -> source.typicalKeys(digest).isEmpty())
        ? Optional.empty()
        : sources.getFirst().typicalKeys(digest);
  }
}
