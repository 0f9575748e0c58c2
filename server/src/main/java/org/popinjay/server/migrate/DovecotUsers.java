package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.popinjay.server.migrate.DovecotNode.Assignment;
import org.popinjay.server.migrate.DovecotNode.Section;

/// Where Dovecot's users come from.
final class DovecotUsers {
  private final SettingsText ours;
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> files = new HashSet<>();
  private String minUid = "";

  private record Source(String driver, String detail, String from) {}

  DovecotUsers(SettingsText ours) {
    this.ours = ours;
  }

  /// `first_valid_uid`.
  void minUid(String value) {
    minUid = value;
  }

  /// A `passdb`, which lets users in.
  void passdb(Section section) {
    var settings = settings(section);
    var driver = settings.getOrDefault("driver", section.name());
    var from = "passdb " + driver + ", " + section.place();
    switch (driver) {
      case "pam" ->
          sources.add(new Source("pam", service(settings.getOrDefault("args", "")), from));
      case "shadow", "passwd" -> sources.add(new Source("system", "", from));
      case "passwd-file" -> {
        var path = file(settings);
        if (path.startsWith("/") && path.indexOf('%') < 0) {
          files.add(path);
          sources.add(new Source("file", path, from));
        } else {
          ours.miss(from, "a users file has one path without variables");
        }
        if (settings.getOrDefault("args", "").contains("scheme=")
            || settings.containsKey("default_password_scheme")) {
          ours.miss(from + ": scheme", "each password in the file needs its {SCHEME} in front");
        }
      }
      default ->
          ours.miss(
              from, "users come from a file, the system or PAM; PAM has modules for most others");
    }
  }

  /// A `userdb`, which knows uid and home.
  void userdb(Section section) {
    var settings = settings(section);
    var driver = settings.getOrDefault("driver", section.name());
    var from = "userdb " + driver + ", " + section.place();
    switch (driver) {
      case "passwd" -> {}
      case "passwd-file" -> {
        if (!files.contains(file(settings))) {
          ours.miss(from, "uid, gid and home have to stand in the users file of the passwords");
        }
      }
      case "static" ->
          ours.miss(
              from,
              "write uid, gid and home into the users file; or set mail.identity: process, run the"
                  + " server as that user, and write paths without {home}");
      default -> ours.miss(from, "uid, gid and home have to stand in the users file");
    }
  }

  /// Writes them down.
  void write() {
    for (var source : sources) {
      var uid = minUid.isEmpty() ? "" : "minUid: " + minUid;
      ours.item(
          "users",
          switch (source.driver()) {
            case "file" -> "file: " + SettingsText.quoted(source.detail());
            case "pam" ->
                "pam: { service: "
                    + SettingsText.quoted(source.detail())
                    + (uid.isEmpty() ? "" : ", " + uid)
                    + " }";
            default -> "system: { " + uid + " }";
          },
          source.from());
    }
  }

  private static Map<String, String> settings(Section section) {
    var settings = new HashMap<String, String>();
    for (var node : section.nodes()) {
      if (node instanceof Assignment(var key, var value, _)) {
        settings.put(key, value);
      }
    }
    return settings;
  }

  /// The name of the service among the arguments of PAM; Dovecot's default is its own name.
  private static String service(String arguments) {
    for (var word : DovecotListeners.words(arguments)) {
      if (word.indexOf('=') < 0 && !word.startsWith("-") && !word.equals("*")) {
        return word.indexOf('%') < 0 ? word : "dovecot";
      }
    }
    return "dovecot";
  }

  private static String file(Map<String, String> settings) {
    var path = settings.getOrDefault("passwd_file_path", "");
    for (var word : DovecotListeners.words(settings.getOrDefault("args", ""))) {
      if (word.startsWith("/")) {
        path = word;
      }
    }
    return path;
  }
}
