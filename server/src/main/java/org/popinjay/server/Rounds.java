package org.popinjay.server;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.server.metrics.Metrics;

/// What is looked at every few seconds for the metrics, because nobody tells of it: room on disks,
/// readiness, and how late the event loops are.
final class Rounds {
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final DiskRoom disks;
  private final Supplier<String> trouble;
  private final List<Future<?>> tasks = new ArrayList<>();
  private volatile boolean ready;

  /// Begins. Blocks on the disk for a first look.
  ///
  /// @param trouble what keeps the server from serving, or an empty string; may block
  /// @param lanes where that is asked
  static Rounds begin(
      PopinjayConfig config,
      Metrics metrics,
      Supplier<String> trouble,
      EventLoopGroup acceptor,
      EventLoopGroup workers,
      Executor lanes) {
    var rounds = new Rounds(new DiskRoom(config.mail()), trouble);
    rounds.show(metrics);
    long period = PERIOD.toMillis();
    rounds.tasks.add(
        acceptor.scheduleWithFixedDelay(
            () -> lanes.execute(rounds::look), 500, period, TimeUnit.MILLISECONDS));
    rounds.tasks.addAll(LoopLag.measure(acceptor, metrics.loopLag("accept")));
    rounds.tasks.addAll(LoopLag.measure(workers, metrics.loopLag("io")));
    return rounds;
  }

  private Rounds(DiskRoom disks, Supplier<String> trouble) {
    this.disks = disks;
    this.trouble = trouble;
  }

  private void show(Metrics metrics) {
    metrics.watchReadiness(() -> ready);
    for (var place : disks.places()) {
      metrics.watchDisk(
          place.name(),
          () -> place.room().octets(),
          () -> place.room().freeOctets(),
          () -> place.room().inodes(),
          () -> place.room().freeInodes());
    }
  }

  private void look() {
    ready = trouble.get().isEmpty();
    disks.look();
  }

  /// Ends.
  void end() {
    tasks.forEach(task -> task.cancel(false));
  }
}
