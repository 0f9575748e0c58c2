package org.popinjay.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.AuthThrottle;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.FailureLog;
import org.popinjay.auth.PasswordAuthenticator;
import org.popinjay.auth.SuccessCache;
import org.popinjay.auth.UserSourceException;
import org.popinjay.auth.UserSources;
import org.popinjay.config.BindAddress;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailStoreProvider;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.Posix;
import org.popinjay.posix.Signals;
import org.popinjay.posix.UserIdentity;
import org.popinjay.server.cli.BuildInfo;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.log.Logging;
import org.popinjay.server.metrics.Metrics;
import org.popinjay.server.metrics.ScrapeEndpoint;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.SessionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running server: everything is made here, in order, and handed to whoever needs it.
///
/// What was made is closed in the opposite order, also when a later step fails.
public final class Popinjay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Popinjay.class);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /// Tasks that may wait for an identity worker; more come only if a disk stands still.
  private static final int IDENTITY_QUEUE = 10_000;

  private static final int REMEMBERED_SIGN_INS = 10_000;
  private static final Duration SIGN_INS_REMEMBERED_FOR = Duration.ofMinutes(1);

  private final PopinjayConfig config;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final RandomGenerator random = new java.security.SecureRandom();
  private final Listeners listeners;

  /// Starts a server; when this returns it listens on everything.
  ///
  /// @throws StartException when it cannot; nothing is left open then
  public Popinjay(PopinjayConfig config) throws StartException {
    this.config = config;
    boolean started = false;
    try {
      listeners = start();
      started = true;
    } catch (StoreStartException e) {
      throw new StartException(exitCode(e.reason()), String.valueOf(e.getMessage()));
    } catch (UserSourceException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    } finally {
      if (!started) {
        close();
      }
    }
  }

  /// Runs a server until a signal ends it. Says on standard error when it is ready.
  ///
  /// @param configFile where the settings came from
  /// @return an exit code of [ExitCode]
  public static int run(PopinjayConfig config, Path configFile) {
    long begun = ManagementFactory.getRuntimeMXBean().getStartTime();
    try (var logging = Logging.start(config.log())) {
      var stop = new CountDownLatch(1);
      try (var server = new Popinjay(config)) {
        Signals.TERM.handle(stop::countDown);
        Signals.INT.handle(stop::countDown);
        Signals.HUP.handle(() -> hangUp(logging, configFile));
        System.err.println(server.readiness(System.currentTimeMillis() - begun));
        stop.await();
        Shutdown.send(server.listeners, config.shutdown().grace());
      }
      return ExitCode.FINE;
    } catch (StartException e) {
      System.err.println("popinjay: " + e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      System.err.println("popinjay: log.file: " + e.getMessage());
      return ExitCode.CANNOT_CREATE;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitCode.FINE;
    }
  }

  private static void hangUp(Logging logging, Path configFile) {
    try {
      logging.reopen();
      LOG.info(
          "log reopened; users files are read again when they change; {} needs a restart",
          configFile);
    } catch (IOException e) {
      LOG.error("the log cannot be reopened: {}", e.getMessage());
    }
  }

  private Listeners start() throws StartException, StoreStartException, UserSourceException {
    var build = BuildInfo.read();
    var metrics = part(new Metrics(build.version(), build.commit()));
    var transport = Transport.best();
    var lanes =
        part(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lane-", 0).factory()));
    var store = part(openStore(metrics));
    store.recover();
    var permits = new DiskPermits(config.limits().diskPermits().orElse(4 * CORES));
    metrics.watchDiskPermits(permits::available);
    var service =
        new Pop3Service(
            authenticator(metrics),
            store,
            config.pop3(),
            config.limits(),
            config.auth(),
            host(),
            lanes,
            permits,
            new AddressLimits(mostConnections(), config.limits()),
            new SessionId.Source(random),
            metrics.pop3(),
            metrics.sessions());
    var acceptor = loops(transport, "accept", 1);
    var workers = loops(transport, "io", CORES);
    var open =
        new Listeners(transport, acceptor, workers, metrics.octets(), new Pop3Pipeline(service));
    open.open(config.listeners());
    part((AutoCloseable) open::close);
    bindMetrics(metrics, store, lanes, transport);
    return open;
  }

  private <T extends AutoCloseable> T part(T made) {
    parts.push(made);
    return made;
  }

  private EventLoopGroup loops(Transport transport, String name, int count) {
    var group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory(name, true), transport.loops());
    part(
        (AutoCloseable)
            () -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000));
    return group;
  }

  private MailStore openStore(Metrics metrics) throws StartException, StoreStartException {
    var surroundings =
        new StoreSurroundings(
            Posix.files(), part(identity()), InstantSource.system(), random, metrics.store());
    var engines = new ArrayList<String>();
    for (var provider : ServiceLoader.load(MailStoreProvider.class)) {
      if (provider.engine().equals(config.store().engine())) {
        return provider.open(config, surroundings);
      }
      engines.add(provider.engine());
    }
    throw new StartException(
        ExitCode.SETTINGS,
        "store.engine: found " + config.store().engine() + ", expected one of " + engines);
  }

  private UserIdentity identity() throws StartException {
    if (config.mail().identity() == MailConfig.Identity.PROCESS) {
      if (Accounts.own().uid() == 0) {
        LOG.warn(
            "mail.identity is process and the server is root: only its own checks keep users apart");
      }
      return UserIdentity.process();
    }
    try {
      return FsuidWorkers.start(Math.max(4, CORES), IDENTITY_QUEUE);
    } catch (IOException e) {
      throw new StartException(
          ExitCode.NO_PERMISSION,
          "mail.identity: user needs the capabilities CAP_SETUID and CAP_SETGID ("
              + e.getMessage()
              + "); or set mail.identity: process where all mail belongs to one uid");
    }
  }

  private Authenticator authenticator(Metrics metrics) throws UserSourceException {
    var checks =
        new ThreadPoolExecutor(
            CORES,
            CORES,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(config.limits().authQueue()),
            new DefaultThreadFactory("password", true));
    part((AutoCloseable) checks::shutdownNow);
    return new PasswordAuthenticator(
        UserSources.open(
            config.users(),
            Posix.files(),
            Accounts.system(),
            InstantSource.system(),
            System::nanoTime),
        config.auth().admins(),
        new AuthThrottle(config.auth().failureDelay(), System::nanoTime, random),
        new SuccessCache(REMEMBERED_SIGN_INS, SIGN_INS_REMEMBERED_FOR, System::nanoTime, random),
        AuthEvents.all(List.of(new FailureLog(System::nanoTime), metrics.auth())),
        checks);
  }

  /// 70 % of what the process may open, unless the settings say less (security B6).
  private int mostConnections() {
    long descriptors =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : 1024;
    int fitting = (int) Math.min(Integer.MAX_VALUE, descriptors * 7 / 10);
    int wanted = config.limits().connections().orElse(fitting);
    if (wanted > fitting) {
      LOG.warn(
          "limits.connections: {} is lowered to {}, as {} files may be open at once",
          wanted,
          fitting,
          descriptors);
    }
    return Math.min(wanted, fitting);
  }

  private String host() {
    return config
        .host()
        .orElseGet(() -> {
          try {
            return InetAddress.getLocalHost().getCanonicalHostName();
          } catch (UnknownHostException _) {
            return Posix.hostName();
          }
        });
  }

  private void bindMetrics(Metrics metrics, MailStore store, Executor lanes, Transport transport)
      throws StartException {
    var bind = config.metrics().bind();
    if (bind.isEmpty()) {
      return;
    }
    var address = bind.get();
    var endpoint = new ScrapeEndpoint(metrics, store::health, lanes);
    var host = address.host().equals(BindAddress.ANY) ? "::" : address.host();
    try {
      var channel =
          endpoint.bind(
              loops(transport, "metrics", 1),
              transport.listening(),
              new InetSocketAddress(InetAddress.ofLiteral(host), address.port()));
      part((AutoCloseable) () -> channel.close().awaitUninterruptibly());
    } catch (Exception e) {
      throw Listeners.refusal(address, e);
    }
  }

  /// Where it listens, for tests and for the line about readiness.
  List<Listeners.Listening> sockets() {
    return listeners.sockets();
  }

  private String readiness(long millis) {
    var where = sockets().stream().map(Listeners.Listening::toString).toList();
    return "popinjay: ready in %d ms (%s)".formatted(millis, String.join(", ", where));
  }

  private static int exitCode(StoreStartException.Reason reason) {
    return switch (reason) {
      case IN_USE -> ExitCode.UNAVAILABLE;
      case CANNOT_CREATE -> ExitCode.CANNOT_CREATE;
      case NO_PERMISSION -> ExitCode.NO_PERMISSION;
    };
  }

  /// Lets go of everything, last made first. Sessions that are open are cut off.
  @Override
  public void close() {
    for (var part = parts.poll(); part != null; part = parts.poll()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
