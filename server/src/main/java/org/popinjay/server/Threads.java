package org.popinjay.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Every thread of the server comes from here, but for those of the store and of identities.
///
/// All are daemons: the program ends when its main thread says so, whatever still runs.
final class Threads {
  static final int CORES = Runtime.getRuntime().availableProcessors();

  /// For virtual threads that block where the JVM adds a carrier meanwhile.
  private static final int SPARE_CARRIERS = 64;

  private Threads() {}

  /// Has virtual threads carried by enough threads of the system that lanes in calls to the disk,
  /// which keep their carriers, leave one a core to the others. Counts when it comes before the
  /// first virtual thread of the process; the command line of the JVM comes before it.
  ///
  /// @param onDisk lanes that may be on the disk at once
  static void carriers(int onDisk) {
    preset("jdk.virtualThreadScheduler.parallelism", CORES + onDisk);
    preset("jdk.virtualThreadScheduler.maxPoolSize", CORES + onDisk + SPARE_CARRIERS);
  }

  private static void preset(String property, int number) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(number));
    }
  }

  /// Event loops.
  ///
  /// @param name of the threads, which get a number each
  static EventLoopGroup loops(Transport transport, String name, int count) {
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory(name, true), transport.loops());
  }

  /// The thread that waits for changes of spools.
  static ThreadFactory watcher() {
    return Thread.ofPlatform().daemon().name("watcher").factory();
  }

  /// Lanes: a virtual thread for each task.
  static ExecutorService lanes() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lane-", 0).factory());
  }

  /// Password checks: they compute, so there is one thread a core.
  ///
  /// @param queued checks that may wait; one more is refused
  static ExecutorService passwordChecks(int queued) {
    return new ThreadPoolExecutor(
        CORES,
        CORES,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queued),
        Thread.ofPlatform().daemon().name("auth-", 0).factory());
  }

  /// Ends event loops that have nothing left to do but what they were given last, as the lines of
  /// sessions that are over.
  static void end(EventLoopGroup loops) {
    loops
        .shutdownGracefully(0, 500, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /// Lets tasks end, for so long.
  ///
  /// @return whether they did
  static boolean end(ExecutorService tasks, long millis) {
    tasks.shutdown();
    try {
      return tasks.awaitTermination(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
