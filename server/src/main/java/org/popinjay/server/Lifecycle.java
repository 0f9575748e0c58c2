package org.popinjay.server;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.popinjay.posix.Signals;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.ServedSettings;
import org.popinjay.server.cli.ServerRun;
import org.popinjay.server.local.Relay;
import org.popinjay.server.log.Logging;
import org.popinjay.server.supervisor.Notify;
import org.popinjay.server.supervisor.SystemdSockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server from the first line of its log to its exit code.
///
/// SIGTERM and SIGINT stop it in good order; a second one ends it at once, which the store
/// survives. SIGHUP is a [Reload].
public final class Lifecycle implements ServerRun {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  /// For what comes behind the time of grace: the last lines of a trace, closing files and threads.
  private static final Duration LAST_STEPS = Duration.ofSeconds(8);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<String, String> environment;

  /// @param environment of the process, where whoever started it left word
  public Lifecycle(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public int run(ServedSettings settings) {
    try (var logging = Logging.start(settings.config().log())) {
      return serve(settings, logging);
    } catch (IOException e) {
      System.err.println("popinjay: log: " + e.getMessage());
      return ExitCode.CANNOT_CREATE;
    }
  }

  private int serve(ServedSettings settings, Logging logging) {
    Popinjay server;
    try {
      var inherited =
          settings.inetd().isPresent()
              ? List.of(settings.inetd().get().socket())
              : SystemdSockets.of(environment);
      server = Popinjay.start(settings.config(), logging::dropped, inherited);
    } catch (StartException e) {
      System.err.println("popinjay: " + e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      System.err.println("popinjay: sockets of systemd: " + e.getMessage());
      return ExitCode.UNAVAILABLE;
    }
    settings
        .inetd()
        .ifPresent(service -> server.whenNobodyCame(service.idle(), stopping::countDown));
    try (var notify = Notify.of(environment)) {
      var guest = settings.guest();
      guest.ifPresent(
          socket -> Thread.ofPlatform().daemon().name("guest").start(() -> carry(socket)));
      return serve(
          server, new Reload(settings, logging, server, notify), notify, guest.isPresent());
    }
  }

  /// Serves the client on standard input and output, and nobody after him.
  private void carry(Path socket) {
    try (var server = Relay.connect(socket)) {
      Relay.carry(server);
    } catch (IOException e) {
      LOG.warn("the client went away: {}", e.getMessage());
    } finally {
      stopping.countDown();
    }
  }

  /// @param quiet whether standard error is in the sight of a client
  private int serve(Popinjay server, Reload reload, Notify notify, boolean quiet) {
    server.reloadedBy(reload::now);
    Signals.TERM.handle(this::stop);
    Signals.INT.handle(this::stop);
    Signals.HUP.handle(reload::now);
    if (!quiet) {
      System.err.println(
          "popinjay: ready in " + sinceStart().toMillis() + " ms (" + server.listening() + ")");
    }
    notify.ready(server.status());
    server.reportTo(notify);
    awaitStop();
    notify.stopping();
    end(server);
    return ExitCode.FINE;
  }

  private void stop() {
    if (stopping.getCount() == 0) {
      Runtime.getRuntime().halt(ExitCode.FINE);
    }
    stopping.countDown();
  }

  private void awaitStop() {
    try {
      stopping.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Stops the server on a thread of its own, so that whatever hangs cannot hold up the end.
  private static void end(Popinjay server) {
    var ending = Thread.ofPlatform().daemon().name("shutdown").start(server::stop);
    try {
      ending.join(server.grace().plus(LAST_STEPS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (ending.isAlive()) {
      LOG.warn("not everything could be ended in time; the next start settles what is left");
    } else {
      LOG.info("stopped");
    }
  }

  /// Time since the JVM began; what the launcher built before is not counted.
  private static Duration sinceStart() {
    long began = ManagementFactory.getRuntimeMXBean().getStartTime();
    return Duration.between(Instant.ofEpochMilli(began), Instant.now());
  }
}
