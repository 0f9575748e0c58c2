package org.popinjay.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/// Whether the descriptors of the process run short. Spools, locks and last words need them too, so
/// that a part is kept from new connections.
final class Descriptors {
  private final LongSupplier open;
  private final long connectionsMay;
  private volatile boolean scarce;

  /// @param open how many are open now
  /// @param max how many may be
  Descriptors(LongSupplier open, long max) {
    this.open = open;
    // A tenth, but not more than a few hundred sessions need at once.
    this.connectionsMay = max - Math.clamp(max / 10, 16, 512);
  }

  /// Those of this process.
  static Descriptors ofProcess() {
    var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    return new Descriptors(system::getOpenFileDescriptorCount, system.getMaxFileDescriptorCount());
  }

  /// Counts anew. Takes some milliseconds where thousands are open.
  void count() {
    scarce = open.getAsLong() > connectionsMay;
  }

  /// Whether there were too few for one more connection when they were last counted.
  boolean isShort() {
    return scarce;
  }
}
