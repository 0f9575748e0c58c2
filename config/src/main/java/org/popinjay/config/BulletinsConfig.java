package org.popinjay.config;

import java.nio.file.Path;
import java.util.Optional;

/// Messages that every user is shown once.
public record BulletinsConfig(
    @Setting("Folder of the bulletins (the classic `-b`), one file each, named by number.")
        Optional<Path> dir) {

  /// No bulletins.
  public static final BulletinsConfig DEFAULTS = new BulletinsConfig(Optional.empty());
}
