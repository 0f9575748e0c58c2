package org.popinjay.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.popinjay.config.ByteSize;

/// How much memory connections may take for what came in and what waits to go out.
final class BufferMemory {
  private BufferMemory() {}

  /// The limit of the settings, else a quarter of the direct memory that the JVM may take.
  static long octets(Optional<ByteSize> set) {
    return set.map(ByteSize::octets).orElseGet(() -> direct() / 4);
  }

  private static long direct() {
    var option =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize");
    long octets = Long.parseLong(option.getValue());
    return octets > 0 ? octets : Runtime.getRuntime().maxMemory();
  }
}
