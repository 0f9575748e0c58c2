package org.popinjay.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many connections this process can carry.
final class ConnectionsMax {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionsMax.class);

  private ConnectionsMax() {}

  /// The limit of the settings, lowered to what the descriptor limit carries.
  static int of(OptionalInt set) {
    return of(set, descriptors());
  }

  /// @param descriptors that this process may have open
  static int of(OptionalInt set, long descriptors) {
    // Seven tenths: a session with a maildrop holds a spool and sometimes a lock besides its
    // socket,
    // but sessions of one user share them, and most are idle or not signed in.
    int carried = (int) Math.min(Integer.MAX_VALUE, Math.max(1, descriptors / 10 * 7));
    int wanted = set.orElse(carried);
    if (wanted > carried) {
      LOG.warn(
          "limits.connections: {} lowered to {}, 70 % of {} descriptors; raise LimitNOFILE",
          wanted, carried, descriptors);
    }
    return Math.min(wanted, carried);
  }

  private static long descriptors() {
    return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
        .getMaxFileDescriptorCount();
  }
}
