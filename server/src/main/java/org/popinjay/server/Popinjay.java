package org.popinjay.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.BindAddress;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.LoginDelays;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;
import org.popinjay.server.cli.BuildInfo;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.control.ControlDesk;
import org.popinjay.server.control.ControlSocket;
import org.popinjay.server.control.TraceFile;
import org.popinjay.server.control.TraceLog;
import org.popinjay.server.log.LineOutlet;
import org.popinjay.server.log.SignInFile;
import org.popinjay.server.metrics.Metrics;
import org.popinjay.server.metrics.ScrapeEndpoint;
import org.popinjay.server.supervisor.Heartbeat;
import org.popinjay.server.supervisor.InheritedSocket;
import org.popinjay.server.supervisor.Notify;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.Reserves;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.names.DnsHostNames;
import org.popinjay.wire.names.NameCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running server: everything is made here, in order, and handed to whoever needs it.
///
/// What was made is ended in the opposite order, also when a later step fails. What is made from
/// settings that can change is a [Generation].
public final class Popinjay {
  private static final Logger LOG = LoggerFactory.getLogger(Popinjay.class);

  private static final int DISK_PERMITS_MIN = 16;
  private static final Duration DESCRIPTORS_COUNTED_EVERY = Duration.ofSeconds(1);
  private static final Duration IDLENESS_LOOKED_AT_EVERY = Duration.ofMillis(500);
  private static final Duration STATUS_TOLD_EVERY = Duration.ofSeconds(10);
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final Duration CERTIFICATES_LOOKED_AT_EVERY = Duration.ofSeconds(5);

  private final Path resolvConf;
  private final Parts parts = new Parts();
  private final SecureRandom random = new SecureRandom();

  private final List<EventExecutor> loops = new ArrayList<>();

  private volatile @Nullable Generation generation;
  private @Nullable Foundation foundation;
  private @Nullable Listeners listeners;
  private @Nullable LocalEntrance entrance;
  private @Nullable TraceFile trace;
  private @Nullable TraceLog traceLog;
  private @Nullable SignInFile signIns;
  private @Nullable Channel scraped;

  /// What an operator gets who asks for a reload.
  private volatile Supplier<ReloadOutcome> reload =
      () -> new ReloadOutcome.Refused(List.of("this server has no settings file"));

  /// What readiness depends on; null until everything listens.
  private volatile @Nullable MailStore served;

  private Popinjay(Path resolvConf) {
    this.resolvConf = resolvConf;
  }

  /// Makes a server that listens when this returns.
  ///
  /// @param droppedLogLines log lines that were lost so far, for a metric
  /// @throws StartException when it cannot; nothing is left running then
  public static Popinjay start(PopinjayConfig settings, LongSupplier droppedLogLines)
      throws StartException {
    return start(settings, droppedLogLines, List.of());
  }

  /// Makes a server that listens when this returns.
  ///
  /// @param inherited sockets that are open already, for listeners that fit
  public static Popinjay start(
      PopinjayConfig settings, LongSupplier droppedLogLines, List<InheritedSocket> inherited)
      throws StartException {
    return start(settings, droppedLogLines, inherited, RESOLV_CONF);
  }

  /// The same, with another file that names the servers of the DNS.
  static Popinjay start(
      PopinjayConfig settings,
      LongSupplier droppedLogLines,
      List<InheritedSocket> inherited,
      Path resolvConf)
      throws StartException {
    var server = new Popinjay(resolvConf);
    boolean listens = false;
    try {
      server.open(settings, droppedLogLines, inherited);
      listens = true;
      return server;
    } finally {
      if (!listens) {
        server.parts.end();
      }
    }
  }

  /// What listens where, as `pop3 *:110, pop2+pop3 *:109`.
  public String listening() {
    return listeners().sockets().stream()
        .map(Listeners.Listening::toString)
        .collect(Collectors.joining(", "));
  }

  /// The address of each listener, in the order of the settings, those left out that are not built.
  public List<InetSocketAddress> addresses() {
    return listeners().sockets().stream().map(Listeners.Listening::address).toList();
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

  /// Takes other settings, wholly or not at all: connections that come from now on are served by
  /// them, those that are there stay as they are. What needs a restart
  /// ([org.popinjay.config.Setting#restart]) is passed over. Blocks on the disk.
  ///
  /// @throws StartException for the first thing that cannot be made; everything is as before then
  public synchronized void take(PopinjayConfig settings) throws StartException {
    var base = Objects.requireNonNull(foundation, "not started");
    var before = generation;
    var next = Generation.make(settings, base, before);
    try (var trace = openTrace(settings);
        var signIns = openSignIns(settings)) {
      listeners().listen(settings.listeners(), next::pipeline);
      trace.use();
      signIns.use();
    }
    Objects.requireNonNull(traceLog, "not started").change(settings.log());
    base.change(settings);
    generation = next;
    next.announceTls(before);
  }

  /// Has whoever started the server hear that it is well, and how many it serves.
  void reportTo(Notify notify) {
    if (notify.isHeard()) {
      notify
          .watchdog()
          .ifPresent(patience ->
              parts.add(
                  "heartbeat",
                  Heartbeat.begin(loops, patience.dividedBy(3), notify::alive),
                  Heartbeat::end));
      parts.add(
          "status",
          Heartbeat.begin(loops, STATUS_TOLD_EVERY, () -> notify.status(status())),
          Heartbeat::end);
    }
  }

  /// Does something once nobody was connected for so long.
  void whenNobodyCame(Duration idle, Runnable work) {
    var since = new AtomicLong(System.nanoTime());
    repeat(
        "idle watch",
        IDLENESS_LOOKED_AT_EVERY,
        loops.getFirst(),
        () -> {
          if (!listeners().connections().isEmpty()) {
            since.set(System.nanoTime());
          } else if (System.nanoTime() - since.get() > idle.toNanos()) {
            work.run();
          }
        });
  }

  /// How the server is, in one line.
  String status() {
    int open = listeners().connections().size();
    return open + (open == 1 ? " connection; " : " connections; ") + listening();
  }

  private TraceFile.Opened openTrace(PopinjayConfig settings) throws StartException {
    try {
      return Objects.requireNonNull(trace, "not started").open(settings.log());
    } catch (IOException e) {
      throw new StartException(ExitCode.CANNOT_CREATE, "log.traceFile: " + e.getMessage());
    }
  }

  private LineOutlet.Opened openSignIns(PopinjayConfig settings) throws StartException {
    try {
      return Objects.requireNonNull(signIns, "not started").open(settings.log().signInFile());
    } catch (IOException e) {
      throw new StartException(ExitCode.CANNOT_CREATE, "log.signInFile: " + e.getMessage());
    }
  }

  /// Has operators who ask for it get their settings taken.
  ///
  /// @param how calls [#take]
  public void reloadedBy(Supplier<ReloadOutcome> how) {
    reload = how;
  }

  /// How long a stop may take, before what is left is cut off.
  Duration grace() {
    return generation().settings().shutdown().grace();
  }

  /// Stops in good order: accepts nobody, lets running commands end for at most `shutdown.grace`,
  /// and ends what is left. Blocks until then.
  public void stop() {
    served = null;
    if (entrance != null) {
      entrance.shut();
    }
    Shutdown.send(listeners(), grace());
    parts.end();
  }

  private void open(
      PopinjayConfig settings, LongSupplier droppedLogLines, List<InheritedSocket> inherited)
      throws StartException {
    var build = BuildInfo.read();
    var metrics =
        parts.add("metrics", new Metrics(build.version(), build.commit()), Metrics::close);
    metrics.watchLog(droppedLogLines);
    var limits = settings.limits();
    int permitsMax = limits.diskPermits().orElse(Math.max(DISK_PERMITS_MIN, 4 * Threads.CORES));
    Threads.carriers(permitsMax);
    var transport = Transport.fit(inherited);
    var lanes = Threads.lanes();
    if (settings.metrics().bind().isPresent()) {
      var loop = parts.add("metrics loop", Threads.loops(transport, "metrics", 1), Threads::end);
      var endpoint = new ScrapeEndpoint(metrics, this::trouble, lanes);
      var wanted = settings.metrics().bind().get();
      scraped = bind(wanted, at -> endpoint.bind(loop, transport.listening(), at));
    }

    var permits = new DiskPermits(permitsMax, limits.diskPermitsPerUser());
    metrics.watchDiskPermits(permits::available);
    var identity =
        parts.add(
            "identities", StoreStart.identity(settings.mail(), permitsMax), UserIdentity::close);
    var store =
        parts.add(
            "store",
            StoreStart.open(settings, identity, lanes, permits, random, metrics.store()),
            MailStore::close);
    store.recover();

    var checks =
        parts.add(
            "password checks",
            Threads.passwordChecks(settings.limits().authQueue()),
            ExecutorService::shutdownNow);
    var authenticators = new Authenticators(settings, random, metrics.auth(), checks);
    var acceptor = parts.add("acceptor", Threads.loops(transport, "accept", 1), Threads::end);
    var workers =
        parts.add("event loops", Threads.loops(transport, "loop", Threads.CORES), Threads::end);
    acceptor.forEach(loops::add);
    workers.forEach(loops::add);
    var sessions = new OpenSessions();
    var names = parts.add("names", names(transport, workers.next(), metrics), NameCheck::close);
    names.change(settings.dns().reverse());
    foundation =
        new Foundation(
            store,
            authenticators,
            lanes,
            permits,
            new AddressLimits(ConnectionsMax.of(limits.connections()), limits),
            new UserSessions(),
            sessions,
            reserves(limits, acceptor, lanes, metrics),
            names,
            new SessionId.Source(random),
            new LoginDelays(System::nanoTime),
            random,
            new SubmissionCounts(System::nanoTime),
            metrics);
    parts.add("lanes", lanes, this::endLanes);
    parts.add(
        "rounds",
        Rounds.begin(settings, metrics, this::trouble, acceptor, workers, lanes),
        Rounds::end);
    listeners =
        parts.add(
            "listeners",
            new Listeners(transport, acceptor, workers, metrics.octets()),
            Listeners::close);
    listeners.inherit(inherited);
    var first = Generation.make(settings, foundation, null);
    trace = parts.add("trace file", new TraceFile(Posix.files(), sessions), TraceFile::close);
    try (var file = openTrace(settings)) {
      file.use();
    }
    traceLog = parts.add("trace in the log", new TraceLog(sessions), TraceLog::close);
    traceLog.change(settings.log());
    signIns =
        parts.add(
            "sign-in file",
            new SignInFile(new FilesInTurn(Posix.files()), InstantSource.system()),
            SignInFile::close);
    try (var file = openSignIns(settings)) {
      file.use();
    }
    sessions.tellSignIns(signIns);
    listeners.listen(settings.listeners(), first::pipeline);
    generation = first;
    first.announceTls(null);
    metrics.watchCertificates(() -> generation().secondsOfCertificates());
    repeat(
        "certificate watch",
        CERTIFICATES_LOOKED_AT_EVERY,
        acceptor,
        () -> lanes.execute(() -> generation().lookAtCertificates()));
    var desk =
        new ControlDesk(
            sessions,
            () -> generation().standing(),
            () -> ControlStart.figures(metrics),
            () -> ControlStart.reloaded(reload));
    var control = ControlStart.open(settings, random, desk);
    if (control.isPresent()) {
      parts.add("control socket", control.get(), ControlSocket::close);
    }
    if (settings.control().preauth().isPresent()) {
      var path = settings.control().preauth().get();
      var guests = listeners.guests(() -> generation().preauth());
      entrance =
          parts.add("preauth", LocalEntrance.open(path, random, guests), LocalEntrance::close);
    }
    served = store;
    LOG.info("version {}, commit {}, {}", build.version(), build.commit(), transport.name());
  }

  private NameCheck names(Transport transport, EventLoop loop, Metrics metrics) {
    return new NameCheck(
        loop,
        () -> DnsHostNames.open(resolvConf, loop, transport.datagrams()),
        System::nanoTime,
        metrics::nameNotKnown);
  }

  private Reserves reserves(
      LimitsConfig limits, EventLoopGroup loops, ExecutorService lanes, Metrics metrics) {
    var descriptors = Descriptors.ofProcess();
    repeat(
        "descriptor watch",
        DESCRIPTORS_COUNTED_EVERY,
        loops,
        () -> lanes.execute(descriptors::count));
    var buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    var reserves =
        new Reserves(
            BufferMemory.octets(limits.bufferMemory()),
            buffers::usedDirectMemory,
            descriptors::isShort);
    metrics.watchBuffers(reserves::memoryUsed);
    metrics.watchNettyBuffers(buffers::usedDirectMemory, buffers::usedHeapMemory);
    return reserves;
  }

  /// @param work that does not block
  private void repeat(String name, Duration every, EventExecutorGroup loops, Runnable work) {
    long period = every.toMillis();
    parts.add(
        name,
        loops.scheduleWithFixedDelay(work, period, period, TimeUnit.MILLISECONDS),
        repeated -> repeated.cancel(false));
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
    var grace = generation == null ? Duration.ZERO : grace();
    if (!Threads.end(lanes, grace.toMillis())) {
      LOG.warn("commands were still running when the time of grace was over");
    }
  }

  private Generation generation() {
    return Objects.requireNonNull(generation, "not started");
  }

  private Listeners listeners() {
    return Objects.requireNonNull(listeners, "not started");
  }
}
