package org.popinjay.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports of this machine that are free and stay so: they lie below those that the system hands out
/// to whoever wants any.
final class FreePort {
  private static final int FIRST = 22_000;
  private static final int COUNT = 8_000;

  /// Each process begins elsewhere, so that two that run at once do not meet.
  private static final AtomicInteger TRIED =
      new AtomicInteger((int) (ProcessHandle.current().pid() % COUNT));

  private FreePort() {}

  /// The next of them.
  static int next() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + TRIED.getAndIncrement() % COUNT;
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException _) {
        // Somebody has it.
      }
    }
    throw new AssertionError("no port is free");
  }
}
