package org.popinjay.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.posix.Posix;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlAnswer.Refused;
import org.popinjay.server.control.ControlAnswer.Refused.Reason;
import org.popinjay.server.control.ControlDesk;
import org.popinjay.server.control.ControlException;
import org.popinjay.server.control.ControlSocket;
import org.popinjay.server.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the socket of the settings into place, and what is behind it together.
final class ControlStart {
  private static final Logger LOG = LoggerFactory.getLogger(ControlStart.class);

  private ControlStart() {}

  /// Opens it. A server that cannot have one in the usual place serves all the same.
  ///
  /// @throws StartException if the settings name a place that cannot be used
  static Optional<ControlSocket> open(
      PopinjayConfig settings, RandomGenerator random, ControlDesk desk) throws StartException {
    var path = settings.control().socketOr(settings.mail().state());
    try {
      return Optional.of(ControlSocket.open(path, Posix.files(), random, desk));
    } catch (ControlException e) {
      if (settings.control().socket().isPresent()) {
        throw new StartException(ExitCode.CANNOT_CREATE, "control.socket: " + e.getMessage());
      }
      LOG.warn(
          "no control socket, so that commands cannot ask this server: {}; set control.socket",
          e.getMessage());
      return Optional.empty();
    }
  }

  static List<ControlAnswer> figures(Metrics metrics) {
    return metrics.figures().stream()
        .<ControlAnswer>map(figure ->
            new ControlAnswer.Figure(figure.group(), figure.name(), figure.value(), figure.unit()))
        .toList();
  }

  static List<ControlAnswer> reloaded(Supplier<ReloadOutcome> reload) {
    return switch (reload.get()) {
      case ReloadOutcome.Taken(var inEffect, var needRestart) -> {
        var answers = new ArrayList<ControlAnswer>();
        inEffect.forEach(
            change -> answers.add(new ControlAnswer.Changed(change.toString(), false)));
        needRestart.forEach(
            change -> answers.add(new ControlAnswer.Changed(change.toString(), true)));
        yield answers;
      }
      case ReloadOutcome.Refused(var faults) ->
          List.of(new Refused(Reason.SETTINGS, String.join("\n", faults)));
    };
  }
}
