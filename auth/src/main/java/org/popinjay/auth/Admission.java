package org.popinjay.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.popinjay.config.AuthConfig;

/// Under which name somebody signs in, and whether that name may: `auth.trimDomain`,
/// `auth.downcaseUser`, `auth.allowUsers` and `auth.denyUsers`.
///
/// Says nothing about whether there is such a user: the sources know.
public final class Admission {
  private static final long FILE_OCTETS_MAX = 16 << 20;

  private final boolean trimDomain;
  private final boolean downcase;
  private final Optional<Set<String>> allowed;
  private final Optional<Set<String>> denied;

  private Admission(
      AuthConfig settings, Optional<Set<String>> allowed, Optional<Set<String>> denied) {
    this.trimDomain = settings.trimDomain();
    this.downcase = settings.downcaseUser();
    this.allowed = allowed;
    this.denied = denied;
  }

  /// Reads the files. Blocks on the disk.
  ///
  /// @throws UserSourceException if one cannot be read; the message says which
  public static Admission of(AuthConfig settings) throws UserSourceException {
    return new Admission(
        settings,
        names("auth.allowUsers", settings.allowUsers()),
        names("auth.denyUsers", settings.denyUsers()));
  }

  private static Optional<Set<String>> names(String key, Optional<Path> file)
      throws UserSourceException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    var names = new HashSet<String>();
    try {
      if (Files.size(file.get()) > FILE_OCTETS_MAX) {
        throw new UserSourceException(key + ": " + file.get() + " has more than 16 MiB");
      }
      for (var line : Files.readAllLines(file.get())) {
        int comment = line.indexOf('#');
        var name = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (!name.isEmpty()) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      throw new UserSourceException(key + ": " + file.get() + " cannot be read", e);
    }
    return Optional.of(names);
  }

  /// The name that a user is known by; empty for one that nobody can have.
  ///
  /// @param typed as the client sent it
  public Optional<String> name(String typed) {
    int at = trimDomain ? typed.indexOf('@') : -1;
    var name = at < 0 ? typed : typed.substring(0, at);
    return UserNames.normalize(downcase ? name.toLowerCase(Locale.ROOT) : name);
  }

  /// Whether a user may sign in at all.
  ///
  /// @param name as [#name] gave it
  public boolean admits(String name) {
    return allowed.map(names -> names.contains(name)).orElse(true)
        && denied.map(names -> !names.contains(name)).orElse(true);
  }
}
