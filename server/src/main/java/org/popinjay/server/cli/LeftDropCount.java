package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.popinjay.config.Template;

/// Counts files `.USER.pop` with mail that popper or qpopper left beside spools. Follows no link;
/// looks at so many folders and no more.
final class LeftDropCount {
  private static final int MOST_FOLDERS = 10_000;

  private int folders;
  private int files;

  private LeftDropCount() {}

  /// Counts below the folder in front of a template's first variable, as deep as the template is.
  ///
  /// @throws IOException for a folder that cannot be listed
  static LeftDropCount below(Path folder, Template spool) throws IOException {
    var count = new LeftDropCount();
    count.look(folder, folderVariables(spool));
    return count;
  }

  /// How many there are.
  int files() {
    return files;
  }

  /// Whether there were more folders than are looked at.
  boolean gaveUp() {
    return folders > MOST_FOLDERS;
  }

  /// How many levels of folders lie between the first variable and the spool itself.
  private static int folderVariables(Template spool) {
    int levels = 0;
    boolean variable = false;
    for (var part : spool.parts()) {
      switch (part) {
        case Template.Part.Text(String text) -> {
          if (variable) {
            levels += (int) text.chars().filter(c -> c == '/').count();
          }
        }
        case Template.Part.Variable name -> {
          variable = true;
          levels += name == Template.Part.Variable.HASH2 ? 1 : 0;
        }
      }
    }
    return levels;
  }

  /// Files count at each level, since a hash may have one folder less than another.
  private void look(Path folder, int deeper) throws IOException {
    if (++folders > MOST_FOLDERS) {
      return;
    }
    try (var names = Files.newDirectoryStream(folder, ".?*.pop")) {
      for (var name : names) {
        files +=
            Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS) && Files.size(name) > 0 ? 1 : 0;
      }
    }
    if (deeper > 0) {
      try (var below = Files.newDirectoryStream(folder)) {
        for (var next : below) {
          if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
            look(next, deeper - 1);
          }
        }
      }
    }
  }
}
