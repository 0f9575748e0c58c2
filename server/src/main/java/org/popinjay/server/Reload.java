package org.popinjay.server;

import java.io.IOException;
import java.util.List;
import org.popinjay.config.yaml.EffectiveSettings;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.cli.ServedSettings;
import org.popinjay.server.log.Logging;
import org.popinjay.server.supervisor.Notify;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a running server take its settings anew, wholly or not at all, and logs what came of it.
public final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final ServedSettings settings;
  private final Logging logging;
  private final Popinjay server;
  private final Notify notify;
  private EffectiveSettings inEffect;

  /// @param settings that the server was started with
  /// @param notify hears of each reload
  public Reload(ServedSettings settings, Logging logging, Popinjay server, Notify notify) {
    this.settings = settings;
    this.logging = logging;
    this.server = server;
    this.notify = notify;
    this.inEffect = settings.first().effective();
  }

  /// Reads the file, checks it whole, makes all that follows from it, and only then uses it. Opens
  /// the log file anew in any case that does not fail. Blocks on the disk; from any thread.
  public synchronized ReloadOutcome now() {
    notify.reloading();
    try {
      var outcome = read();
      log(outcome);
      return outcome;
    } finally {
      notify.ready(server.status());
    }
  }

  private ReloadOutcome read() {
    return switch (settings.again()) {
      case ServedSettings.Reading.Faulty(var faults) -> new ReloadOutcome.Refused(faults);
      case ServedSettings.Reading.Sound(var loaded, var warnings) -> {
        warnings.forEach(LOG::warn);
        yield take(loaded);
      }
    };
  }

  private ReloadOutcome take(LoadResult.Loaded loaded) {
    try (var log = logging.open(loaded.config().log())) {
      server.take(loaded.config());
      log.use();
    } catch (IOException e) {
      return new ReloadOutcome.Refused(List.of("log: " + e.getMessage()));
    } catch (StartException e) {
      return new ReloadOutcome.Refused(List.of(String.valueOf(e.getMessage())));
    }
    var changes = inEffect.changesTo(loaded.effective());
    inEffect = inEffect.taking(loaded.effective());
    return new ReloadOutcome.Taken(
        changes.stream().filter(change -> !change.restart()).toList(),
        changes.stream().filter(EffectiveSettings.Change::restart).toList());
  }

  private void log(ReloadOutcome outcome) {
    switch (outcome) {
      case ReloadOutcome.Taken(var now, var later) -> {
        LOG.info(
            "settings, users and certificates read anew from {}: {} changes in effect, {} need a"
                + " restart",
            settings.file(),
            now.size(),
            later.size());
        now.forEach(change -> LOG.info("in effect: {}", change));
        later.forEach(change -> LOG.warn("needs a restart: {}", change));
      }
      case ReloadOutcome.Refused(var faults) -> {
        faults.forEach(LOG::error);
        LOG.error("settings not taken from {}; everything stays as it was", settings.file());
      }
    }
  }
}
