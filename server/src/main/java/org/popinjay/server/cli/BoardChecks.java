package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.Escape;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.board.BoardFolder;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SharedFolder;
import org.popinjay.posix.UserIdentity;

/// Looks at the folders of bulletin boards with the eyes of the engine, without changing anything.
///
/// What is wrong with a folder keeps all its boards from being there; what is wrong with a file
/// keeps that one. Blocks on the disk.
final class BoardChecks {
  private final OptionalInt keepers;
  private final List<Problem> problems = new ArrayList<>();

  private BoardChecks(OptionalInt keepers) {
    this.keepers = keepers;
  }

  /// What is wrong.
  ///
  /// @param spoolGroup whose members may write to boards besides their owners
  static List<Problem> of(BboardsConfig boards, String spoolGroup) {
    var checks = new BoardChecks(keepers(spoolGroup));
    boards.dir().ifPresent(path -> checks.folder("bboards.dir", path));
    boards.archiveDir().ifPresent(path -> checks.folder("bboards.archiveDir", path));
    return List.copyOf(checks.problems);
  }

  /// Whether there is a user of the name that is kept for strangers. Users who cannot be looked up
  /// are told of elsewhere.
  static List<Problem> namesakes(PopinjayConfig config) {
    if (!config.bboards().anonymous()) {
      return List.of();
    }
    try {
      return switch (Owners.of(config).find(BboardsConfig.STRANGER)) {
        case UserSource.Found _, UserSource.Judged _ ->
            List.of(
                Problem.warning(
                    "bboards.anonymous",
                    "there is a user "
                        + BboardsConfig.STRANGER
                        + ", who gets boards and no mail when he signs in by USER and PASS from"
                        + " bboards.anonymousNetworks",
                    "give him another name, or set bboards.anonymous: false"));
        case UserSource.Closed _, UserSource.Unknown _ -> List.of();
      };
    } catch (UserSourceException | IOException _) {
      return List.of();
    }
  }

  /// A group that cannot be looked up is told of elsewhere.
  private static OptionalInt keepers(String spoolGroup) {
    try {
      return Accounts.system().groupId(spoolGroup);
    } catch (PosixException _) {
      return OptionalInt.empty();
    }
  }

  private void folder(String key, Path path) {
    var subject = key + ' ' + path;
    var files = Posix.files();
    var rules = BoardFolder.rules(keepers);
    var folder = new SharedFolder(files, UserIdentity.process(), false, rules, path.toString());
    try {
      for (var fault : new BoardFolder(files, folder).faults(Accounts.own())) {
        boolean ofAll = fault.startsWith(path + ": ");
        problems.add(
            ofAll
                ? new Problem(
                    ExitCode.SETTINGS,
                    subject,
                    fault.substring(path.toString().length() + 2),
                    "make it a folder that only its keeper may write to, or change " + key)
                : Problem.warning(
                    subject,
                    Escape.text(fault) + ", so that nobody sees that board",
                    "mend the file, or move it away"));
      }
    } catch (IOException e) {
      problems.add(
          new Problem(ExitCode.NO_PERMISSION, subject, "cannot be looked at", String.valueOf(e)));
    }
  }
}
