package org.popinjay.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Bulletin boards (RFC 1082): mailboxes that many users read and somebody else keeps.
public record BboardsConfig(
    @Setting(
            value =
                "Folder of the bulletin boards (RFC 1082), an absolute path: each file `NAME.mbox`"
                    + " in it is one, for those who may read the file.",
            restart = true)
        Optional<Path> dir,
    @Setting(
            value = "Folder with what was taken out of them, under the same names.",
            restart = true)
        Optional<Path> archiveDir,
    @Setting(
            "Let strangers read by POP3 what everybody may read, as user `anonymous` with any"
                + " password. A user of that name needs another one.")
        boolean anonymous,
    @Setting(
            "Networks that strangers may come from, with TLS or without it: their password is no"
                + " secret.")
        List<Cidr> anonymousNetworks) {

  /// The name of somebody who has none (RFC 1082).
  public static final String STRANGER = "anonymous";

  /// No boards.
  public static final BboardsConfig DEFAULTS =
      new BboardsConfig(Optional.empty(), Optional.empty(), false, List.of());

  /// Copies the list, and checks the paths and that strangers have something to read and somewhere
  /// to come from.
  public BboardsConfig {
    anonymousNetworks = List.copyOf(anonymousNetworks);
    SettingRange.check(
        "bboards", BboardsConfig.class, dir, archiveDir, anonymous, anonymousNetworks);
    absolute("bboards.dir", dir);
    absolute("bboards.archiveDir", archiveDir);
    if (archiveDir.isPresent()
        && dir.map(Path::normalize).equals(archiveDir.map(Path::normalize))) {
      throw new SettingException(
          "bboards.archiveDir", archiveDir.get().toString(), "another folder than bboards.dir");
    }
    if (dir.isEmpty() && (archiveDir.isPresent() || anonymous)) {
      throw new SettingException(
          "bboards.dir", "null", "a folder, since other keys of bboards are set");
    }
    if (anonymous && anonymousNetworks.isEmpty()) {
      throw new SettingException(
          "bboards.anonymousNetworks", "none", "one at least, since bboards.anonymous is true");
    }
  }

  private static void absolute(String key, Optional<Path> path) {
    path.filter(given -> !given.isAbsolute())
        .ifPresent(given -> {
          throw new SettingException(key, given.toString(), "an absolute path");
        });
  }
}
