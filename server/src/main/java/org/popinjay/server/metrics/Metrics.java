package org.popinjay.server.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.ChannelHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.popinjay.auth.AuthEvents;
import org.popinjay.imap.ImapEvents;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.names.NameFault;
import org.popinjay.wire.tls.TlsEvents;

/// Everything that is measured in one server, and the page that shows it.
public final class Metrics implements AutoCloseable {
  /// What [#page] is written in.
  static final String PAGE_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final List<String> LOOPS = List.of("accept", "io");

  private final Board board = new Board();
  private final long began = System.nanoTime();
  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final StoreMeters store;
  private final AuthMeters auth;
  private final SessionMeters sessions;
  private final TlsMeters tls;
  private final Map<NameFault, LongAdder> names;
  private final Pop3Meters pop3;
  private final ImapMeters imap;
  private final ConnectionMeters connections;
  private final Map<String, Timings> loopLag = new HashMap<>();

  /// Makes every cell, so that each series is on the page from the first scrape, with a zero.
  ///
  /// @param version of this server
  /// @param commit that it was built from
  public Metrics(String version, String commit) {
    board.number(PopinjayMeters.BUILD, () -> 1, version, commit, Runtime.version().toString());
    var diskFull = board.counter(PopinjayMeters.DISK_FULL);
    store = new StoreMeters(board, diskFull);
    sessions = new SessionMeters(board);
    auth = new AuthMeters(board, sessions);
    tls = new TlsMeters(board);
    names = board.counters(PopinjayMeters.NAMES_NOT_KNOWN, NameFault.class);
    pop3 = new Pop3Meters(board, diskFull);
    imap = new ImapMeters(board, diskFull);
    connections = new ConnectionMeters(board);
    for (var loops : LOOPS) {
      loopLag.put(loops, board.timings(PopinjayMeters.LOOP_LAG, loops));
    }
    var page = new PrometheusRegistry();
    page.register(board);
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, page, Clock.SYSTEM);
    // Their names are not what Prometheus asks for, and promtool says so.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /// Hears the store.
  public StoreEvents store() {
    return store;
  }

  /// Hears sign-in.
  public AuthEvents auth() {
    return auth;
  }

  /// Hears connections.
  public SessionEvents sessions() {
    return sessions;
  }

  /// Hears that the name of a client is not known.
  public void nameNotKnown(NameFault fault) {
    Board.cell(names, fault).increment();
  }

  /// Hears TLS.
  public TlsEvents tls() {
    return tls;
  }

  /// Shows how many seconds the certificates last; nothing while there are none.
  public void watchCertificates(Supplier<OptionalLong> secondsLeft) {
    board.number(PopinjayMeters.TLS_EXPIRY, () -> secondsLeft.get().orElse(Board.ABSENT));
  }

  /// Hears POP3 sessions.
  public Pop3Events pop3() {
    return pop3;
  }

  /// Hears IMAP sessions.
  public ImapEvents imap() {
    return imap;
  }

  /// Counts octets; goes first into the pipeline of each client connection.
  public ChannelHandler octets() {
    return connections;
  }

  /// Shows how many permits for work on disk are free.
  public void watchDiskPermits(IntSupplier available) {
    board.number(PopinjayMeters.DISK_PERMITS, available::getAsInt);
  }

  /// Shows what the buffers of connections take.
  public void watchBuffers(LongSupplier octets) {
    board.number(PopinjayMeters.BUFFERS, octets);
  }

  /// Shows what the pools of buffers take.
  public void watchNettyBuffers(LongSupplier direct, LongSupplier heap) {
    board.number(PopinjayMeters.NETTY_BUFFERS, direct, "direct");
    board.number(PopinjayMeters.NETTY_BUFFERS, heap, "heap");
  }

  /// Counts how late the loops of a group are, in nanoseconds.
  ///
  /// @param loops `accept` or `io`
  public LongConsumer loopLag(String loops) {
    return Objects.requireNonNull(loopLag.get(loops), loops)::record;
  }

  /// Shows whether the server can serve.
  public void watchReadiness(BooleanSupplier ready) {
    board.number(PopinjayMeters.READY, () -> ready.getAsBoolean() ? 1 : 0);
  }

  /// Shows the room on a file system.
  ///
  /// @param place what it holds, a word of the settings
  public void watchDisk(
      String place,
      LongSupplier octets,
      LongSupplier freeOctets,
      LongSupplier inodes,
      LongSupplier freeInodes) {
    board.number(PopinjayMeters.DISK_SIZE, octets, place);
    board.number(PopinjayMeters.DISK_FREE, freeOctets, place);
    board.number(PopinjayMeters.DISK_INODES, inodes, place);
    board.number(PopinjayMeters.DISK_FREE_INODES, freeInodes, place);
  }

  /// Shows how many log lines were dropped.
  public void watchLog(LongSupplier dropped) {
    board.number(PopinjayMeters.LOG_DROPPED, dropped);
  }

  /// The figures that matter, for somebody who looks once.
  public List<Figure> figures() {
    return Figures.of(board, (System.nanoTime() - began) / 1e9);
  }

  /// The page as Prometheus reads it, in [#PAGE_TYPE]. Takes some milliseconds.
  byte[] page() {
    var page = new ByteArrayOutputStream(1 << 16);
    try {
      registry.scrape(page, PAGE_TYPE);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return page.toByteArray();
  }

  /// The cells, for tests.
  Board board() {
    return board;
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
