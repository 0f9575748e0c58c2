package org.popinjay.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.AuthThrottle;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.FailureLog;
import org.popinjay.auth.PasswordAuthenticator;
import org.popinjay.auth.SuccessCache;
import org.popinjay.auth.UserSourceException;
import org.popinjay.auth.UserSources;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.netty.ImapPipeline;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailStoreProvider;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.StoreWatching;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.UserIdentity;
import org.popinjay.server.cli.BuildInfo;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.metrics.Metrics;
import org.popinjay.server.metrics.ScrapeEndpoint;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.Reserves;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.tls.TlsContexts;
import org.popinjay.wire.tls.TlsException;
import org.popinjay.wire.tls.TlsUpgrade;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running server: everything is made here, in order, and handed to whoever needs it.
///
/// What was made is ended in the opposite order, also when a later step fails.
public final class Popinjay {
  private static final Logger LOG = LoggerFactory.getLogger(Popinjay.class);

  private static final int IDENTITY_WORKERS_MIN = 4;
  private static final int IDENTITY_QUEUE = 1024;
  private static final int PASSWORDS_REMEMBERED = 10_000;
  private static final Duration PASSWORDS_REMEMBERED_FOR = Duration.ofMinutes(5);
  private static final Duration DESCRIPTORS_COUNTED_EVERY = Duration.ofSeconds(1);
  private static final Duration CERTIFICATES_LOOKED_AT_EVERY = Duration.ofSeconds(5);

  private final PopinjayConfig config;
  private final SecureRandom random = new SecureRandom();
  private final Deque<Part> parts = new ArrayDeque<>();

  private Optional<TlsContexts> certificates = Optional.empty();
  private @Nullable Listeners listeners;
  private @Nullable Channel scraped;

  /// What readiness depends on; null until everything listens.
  private volatile @Nullable MailStore served;

  /// Something that was made, and how it ends.
  private record Part(String name, Runnable ending) {}

  /// Ends something; what it throws is logged.
  private interface Ending<T> {
    void end(T part) throws Exception;
  }

  private Popinjay(PopinjayConfig config) {
    this.config = config;
  }

  /// Makes a server that listens when this returns.
  ///
  /// @param droppedLogLines log lines that were lost so far, for a metric
  /// @throws StartException when it cannot; nothing is left running then
  public static Popinjay start(PopinjayConfig config, LongSupplier droppedLogLines)
      throws StartException {
    var server = new Popinjay(config);
    boolean listens = false;
    try {
      server.open(droppedLogLines);
      listens = true;
      return server;
    } finally {
      if (!listens) {
        server.endParts();
      }
    }
  }

  /// What listens where, as `pop3 *:110, pop2+pop3 *:109`.
  public String listening() {
    return open().sockets().stream()
        .map(Listeners.Listening::toString)
        .collect(Collectors.joining(", "));
  }

  /// The address of each listener, in the order of the settings, those left out that are not built.
  public List<InetSocketAddress> addresses() {
    return open().sockets().stream().map(Listeners.Listening::address).toList();
  }

  /// The address of the metrics page.
  ///
  /// @throws IllegalStateException if there is none in the settings
  public InetSocketAddress metricsAddress() {
    if (scraped == null) {
      throw new IllegalStateException("metrics.bind is not set");
    }
    return (InetSocketAddress) scraped.localAddress();
  }

  /// Stops in good order: accepts nobody, lets running commands end for at most `shutdown.grace`,
  /// and ends what is left. Blocks until then.
  public void stop() {
    served = null;
    Shutdown.send(open(), config.shutdown().grace());
    endParts();
  }

  private void open(LongSupplier droppedLogLines) throws StartException {
    var build = BuildInfo.read();
    var metrics = made("metrics", new Metrics(build.version(), build.commit()), Metrics::close);
    metrics.watchLog(droppedLogLines);
    var transport = Transport.best();
    var lanes = Threads.lanes();
    if (config.metrics().bind().isPresent()) {
      var loop = made("metrics loop", Threads.loops(transport, "metrics", 1), Threads::end);
      var endpoint = new ScrapeEndpoint(metrics, this::trouble, lanes);
      var wanted = config.metrics().bind().get();
      scraped = bind(wanted, at -> endpoint.bind(loop, transport.listening(), at));
    }

    var identity = made("identities", identity(), UserIdentity::close);
    var store = made("store", store(identity, lanes, metrics), MailStore::close);
    store.recover();
    var authenticator = authenticator(metrics.auth());

    var acceptor = made("acceptor", Threads.loops(transport, "accept", 1), Threads::end);
    var workers =
        made("event loops", Threads.loops(transport, "loop", Threads.CORES), Threads::end);
    var shared = shared(authenticator, store, acceptor, lanes, metrics);
    certificates = certificates(metrics);
    var pop3 = pop3(shared, metrics);
    var imap = imap(shared, metrics);
    made("lanes", lanes, this::endLanes);
    certificates.ifPresent(tls -> watch(tls, acceptor, lanes));
    made(
        "rounds",
        Rounds.begin(config, metrics, this::trouble, acceptor, workers, lanes),
        Rounds::end);
    listeners =
        made(
            "listeners",
            new Listeners(
                transport,
                acceptor,
                workers,
                metrics.octets(),
                listener ->
                    switch (listener.protocol()) {
                      case IMAP -> new ImapPipeline(imap, door(listener, "imap", shared, metrics));
                      case POP3, POP2_POP3, POP2 ->
                          new Pop3Pipeline(pop3, door(listener, "pop3", shared, metrics));
                    }),
            Listeners::close);
    listeners.open(config.listeners());
    served = store;
    LOG.info("version {}, commit {}, {}", build.version(), build.commit(), transport.name());
  }

  /// The certificates of the settings; without one, says once what that means.
  private Optional<TlsContexts> certificates(Metrics metrics) throws StartException {
    if (config.tls().certificate().isEmpty()) {
      LOG.warn(
          "no TLS, since tls.certificate is not set: passwords are taken {}; set tls.certificate"
              + " and tls.key for clients elsewhere",
          switch (config.auth().cleartext()) {
            case NEVER -> "from nobody (auth.cleartext: never)";
            case LOOPBACK -> "from this machine and auth.cleartextNetworks only";
            case ALWAYS -> "in the clear from everywhere (auth.cleartext: always)";
          });
      return Optional.empty();
    }
    try {
      var tls = TlsContexts.open(config.tls(), metrics.tls(), random, System::nanoTime);
      var now = InstantSource.system();
      tls.notValidAt(now.instant()).forEach(one -> LOG.warn("clients will refuse this: {}", one));
      metrics.watchCertificates(() -> Duration.between(now.instant(), tls.firstExpiry()).toDays());
      LOG.info("TLS by {}, the first certificate ends {}", tls.engine(), tls.firstExpiry());
      return Optional.of(tls);
    } catch (TlsException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  private Reserves reserves(EventLoopGroup loops, Executor lanes, Metrics metrics) {
    var descriptors = Descriptors.ofProcess();
    long period = DESCRIPTORS_COUNTED_EVERY.toMillis();
    made(
        "descriptor watch",
        loops.scheduleWithFixedDelay(
            () -> lanes.execute(descriptors::count), period, period, TimeUnit.MILLISECONDS),
        watch -> watch.cancel(false));
    var buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    var reserves =
        new Reserves(
            BufferMemory.octets(config.limits().bufferMemory()),
            buffers::usedDirectMemory,
            descriptors::isShort);
    metrics.watchBuffers(reserves::memoryUsed);
    metrics.watchNettyBuffers(buffers::usedDirectMemory, buffers::usedHeapMemory);
    return reserves;
  }

  /// Looks at the certificates every few seconds, on a lane, since that may block.
  private void watch(TlsContexts tls, EventLoopGroup loops, Executor lanes) {
    long period = CERTIFICATES_LOOKED_AT_EVERY.toMillis();
    made(
        "certificate watch",
        loops.scheduleWithFixedDelay(
            () -> lanes.execute(tls::lookAgain), period, period, TimeUnit.MILLISECONDS),
        watch -> watch.cancel(false));
  }

  private FrontDoor door(ListenerConfig listener, String alpn, Shared shared, Metrics metrics) {
    return new FrontDoor(
        shared.addresses,
        shared.reserves,
        certificates.map(tls -> new TlsUpgrade(tls, alpn, metrics.tls())),
        listener.tls() == ListenerConfig.Tls.IMPLICIT,
        listener.access(),
        listener.proxyProtocol(),
        metrics.sessions());
  }

  /// Takes changed files of certificates at once. Blocks on the disk.
  public void reload() {
    certificates.ifPresent(TlsContexts::reload);
  }

  /// What both protocols use.
  private record Shared(
      Authenticator authenticator,
      MailStore store,
      String host,
      Executor lanes,
      DiskPermits permits,
      AddressLimits addresses,
      Reserves reserves,
      SessionId.Source ids) {}

  private Shared shared(
      Authenticator authenticator,
      MailStore store,
      EventLoopGroup acceptor,
      Executor lanes,
      Metrics metrics) {
    var limits = config.limits();
    var permits = new DiskPermits(limits.diskPermits().orElse(Math.max(16, 4 * Threads.CORES)));
    metrics.watchDiskPermits(permits::available);
    return new Shared(
        authenticator,
        store,
        HostName.of(config.host(), lanes),
        lanes,
        permits,
        new AddressLimits(ConnectionsMax.of(limits.connections()), limits),
        reserves(acceptor, lanes, metrics),
        new SessionId.Source(random));
  }

  private Pop3Service pop3(Shared shared, Metrics metrics) throws StartException {
    try {
      return new Pop3Service(
          shared.authenticator,
          shared.store,
          config.pop3(),
          config.limits(),
          config.auth(),
          shared.host,
          shared.lanes,
          shared.permits,
          shared.addresses,
          shared.ids,
          metrics.pop3(),
          metrics.sessions());
    } catch (IllegalArgumentException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  private ImapService imap(Shared shared, Metrics metrics) {
    return new ImapService(
        shared.authenticator,
        shared.store,
        config.imap(),
        config.limits(),
        config.auth(),
        shared.host,
        shared.lanes,
        shared.permits,
        shared.addresses,
        shared.ids,
        InstantSource.system(),
        metrics.imap(),
        metrics.sessions());
  }

  /// Whose rights files are touched with.
  private UserIdentity identity() throws StartException {
    if (config.mail().identity() == MailConfig.Identity.PROCESS) {
      if (Accounts.own().uid() == 0) {
        LOG.warn(
            "mail.identity is process and the server runs as root: every spool is touched with the"
                + " rights of root; run it as a user of its own, or set mail.identity: user");
      }
      return UserIdentity.process();
    }
    try {
      return FsuidWorkers.start(Math.max(IDENTITY_WORKERS_MIN, Threads.CORES), IDENTITY_QUEUE);
    } catch (PosixException e) {
      throw new StartException(
          ExitCode.NO_PERMISSION,
          "mail.identity user needs the capabilities CAP_SETUID and CAP_SETGID (systemd:"
              + " AmbientCapabilities); or set mail.identity: process ("
              + e.getMessage()
              + ")");
    } catch (IOException e) {
      throw new StartException(ExitCode.UNAVAILABLE, "identity workers: " + e.getMessage());
    }
  }

  private Authenticator authenticator(AuthEvents counted) throws StartException {
    var checks = Threads.passwordChecks(config.limits().authQueue());
    made("password checks", checks, ExecutorService::shutdownNow);
    try {
      var sources =
          UserSources.open(
              config.users(),
              Posix.files(),
              Accounts.system(),
              config.auth().weakSchemes(),
              InstantSource.system(),
              System::nanoTime);
      return new PasswordAuthenticator(
          sources,
          config.auth(),
          SaltKey.of(config.mail().state(), Posix.files(), random),
          new AuthThrottle(config.auth().failureDelay(), System::nanoTime, random),
          new SuccessCache(
              PASSWORDS_REMEMBERED, PASSWORDS_REMEMBERED_FOR, System::nanoTime, random),
          AuthEvents.all(List.of(new FailureLog(System::nanoTime), counted)),
          checks);
    } catch (UserSourceException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    } catch (PosixException e) {
      throw new StartException(ExitCode.CANNOT_CREATE, "mail.state: " + e.getMessage());
    }
  }

  private MailStore store(UserIdentity identity, Executor lanes, Metrics metrics)
      throws StartException {
    var name = config.store().engine();
    var surroundings =
        new StoreSurroundings(
            Posix.files(),
            identity,
            InstantSource.system(),
            random,
            metrics.store(),
            Optional.of(new StoreWatching(directoryWatch(), Threads.watcher(), lanes)));
    var provider =
        ServiceLoader.load(MailStoreProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.engine().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new StartException(
                    ExitCode.SETTINGS, "store.engine: " + name + " is not in this build"));
    try {
      return provider.open(config, surroundings);
    } catch (StoreStartException e) {
      int code =
          switch (e.reason()) {
            case IN_USE -> ExitCode.UNAVAILABLE;
            case CANNOT_CREATE -> ExitCode.CANNOT_CREATE;
            case NO_PERMISSION -> ExitCode.NO_PERMISSION;
          };
      throw new StartException(code, String.valueOf(e.getMessage()));
    }
  }

  /// Where the system gives no watch, mailboxes are looked at from time to time.
  private static DirectoryWatch directoryWatch() {
    try {
      return Posix.directoryWatch();
    } catch (PosixException e) {
      LOG.warn(
          "arriving mail is noticed late: {}; raise fs.inotify.max_user_instances", e.getMessage());
      return DirectoryWatch.blind();
    }
  }

  /// Binds something that is not a mail listener, with the same words for what goes wrong.
  private static Channel bind(BindAddress wanted, Binding binding) throws StartException {
    var host = wanted.host().equals(BindAddress.ANY) ? "0.0.0.0" : wanted.host();
    try {
      return binding.bind(new InetSocketAddress(InetAddress.ofLiteral(host), wanted.port()));
    } catch (Exception e) {
      throw Listeners.refusal(wanted, e);
    }
  }

  private interface Binding {
    Channel bind(InetSocketAddress address) throws Exception;
  }

  /// What keeps the server from serving; may block on the disk.
  private String trouble() {
    var store = served;
    return store == null ? "starting or stopping" : store.health();
  }

  private void endLanes(ExecutorService lanes) {
    if (!Threads.end(lanes, config.shutdown().grace().toMillis())) {
      LOG.warn("commands were still running when the time of grace was over");
    }
  }

  private Listeners open() {
    if (listeners == null) {
      throw new IllegalStateException("not started");
    }
    return listeners;
  }

  private <T> T made(String name, T part, Ending<T> ending) {
    parts.push(
        new Part(
            name,
            () -> {
              try {
                ending.end(part);
              } catch (Exception e) {
                LOG.warn("ending: {}", name, e);
              }
            }));
    return part;
  }

  private void endParts() {
    while (!parts.isEmpty()) {
      parts.pop().ending().run();
    }
  }
}
