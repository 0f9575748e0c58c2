package org.popinjay.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;

/// Looks at whether mail of XTND XMIT could be sent.
final class SubmissionChecks {
  private SubmissionChecks() {}

  /// What is in the way of it.
  ///
  /// @param missing programs that are not there, of those that start others as users
  static List<Problem> of(PopinjayConfig config, List<Path> missing) {
    var xmit = config.xtnd().xmit();
    if (!xmit.enabled()) {
      return List.of();
    }
    var problems = new ArrayList<Problem>();
    var program = Path.of(xmit.command().getFirst());
    if (!Files.isExecutable(program)) {
      problems.add(
          Problem.warning(
              "xtnd.xmit.command",
              program + " cannot be run by user " + System.getProperty("user.name", "?"),
              "name the program that takes mail, or set xtnd.xmit.enabled: false"));
    }
    if (config.mail().identity() == MailConfig.Identity.USER) {
      for (var path : missing) {
        problems.add(
            new Problem(
                ExitCode.SETTINGS,
                "xtnd.xmit.enabled",
                path + " is not there, by which mail is sent as the user it is of",
                "install it (packages util-linux and coreutils), or set xtnd.xmit.enabled: false"));
      }
    }
    return List.copyOf(problems);
  }
}
