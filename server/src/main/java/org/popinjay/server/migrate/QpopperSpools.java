package org.popinjay.server.migrate;

import org.popinjay.server.migrate.QpopperLine.SetLine;

/// Where qpopper has its spools, and the files that it works on beside them.
final class QpopperSpools {
  private static final String LEFT_NAME = ".%s.pop";

  private String folder = "/var/mail";
  private String hash = "";
  private String inHome = "";
  private String from = "";
  private String leftFolder = "";
  private String leftName = LEFT_NAME;
  private String leftFrom = "";

  /// Remembers one of the options that say so.
  void take(SetLine line) {
    var place = line.name() + ", " + line.place();
    switch (line.name()) {
      case "temp-dir" -> {
        leftFolder = withoutSlash(line.value());
        leftFrom = place;
      }
      case "temp-name" -> {
        leftName = line.value();
        leftFrom = place;
      }
      case "hash-spool" -> {
        hash = line.value();
        from = place;
      }
      case "home-dir-mail" -> {
        inHome = line.value();
        from = place;
      }
      default -> {
        folder = withoutSlash(line.value());
        from = place;
      }
    }
  }

  private static String withoutSlash(String folder) {
    return folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
  }

  /// Says them in our settings; what lies where nobody would look for it is left over.
  void say(SettingsText ours) {
    var letters =
        switch (hash) {
          case "", "0" -> "";
          case "1" -> "{hash1}/";
          case "2" -> "{hash2}/";
          default -> {
            ours.miss(from + ": " + hash, "qpopper knows 1 and 2 alone");
            yield "";
          }
        };
    boolean home = !inHome.isEmpty();
    var beside = (home ? "{home}" : folder) + "/" + letters;
    if (!from.isEmpty()) {
      ours.text("mail.spool", beside + (home ? inHome : "{user}"), from);
    }
    var left = (leftFolder.isEmpty() ? folder : leftFolder) + "/" + letters + leftName;
    if (!left.equals(beside + LEFT_NAME)) {
      ours.miss(
          leftFrom.isEmpty() ? "mail that qpopper left behind" : leftFrom,
          "BEFORE THE FIRST START: what a crash or a full disk left of a session is in "
              + left.replace("%s", "USER")
              + ", and only "
              + beside
              + ".USER.pop is looked for. Stop qpopper and move there what is not empty, or that"
              + " mail is lost from sight. Do not run both servers at once: legacy.popLockFile"
              + " does not see sessions of qpopper there");
    } else if (!leftFrom.isEmpty()) {
      ours.miss(leftFrom, "not needed: it is where .USER.pop is looked for");
    }
  }
}
