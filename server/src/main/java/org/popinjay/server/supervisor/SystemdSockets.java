package org.popinjay.server.supervisor;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.popinjay.posix.InheritedDescriptors;

/// Sockets that systemd opened for us (sd_listen_fds(3)): descriptors from 3 on.
public final class SystemdSockets {
  private static final int FIRST = 3;

  private SystemdSockets() {}

  /// Takes them over; none where the environment is meant for another process.
  ///
  /// @param environment LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES count
  /// @throws IOException for one that cannot be listened on, with its number and name
  public static List<InheritedSocket> of(Map<String, String> environment) throws IOException {
    var own = Long.toString(ProcessHandle.current().pid());
    if (!own.equals(environment.get("LISTEN_PID"))) {
      return List.of();
    }
    int count = count(environment.getOrDefault("LISTEN_FDS", "0"));
    // A name never holds a colon.
    var names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
    var sockets = new ArrayList<InheritedSocket>();
    for (int i = 0; i < count; i++) {
      sockets.add(adopt(FIRST + i, i < names.length ? names[i] : ""));
    }
    return List.copyOf(sockets);
  }

  /// Takes a listening socket over.
  static InheritedSocket adopt(int descriptor, String name) throws IOException {
    if (!Epoll.isAvailable()) {
      throw new IOException("sockets of systemd need epoll, which does not work here");
    }
    InheritedDescriptors.adoptListening(descriptor);
    var channel = new EpollServerSocketChannel(descriptor);
    if (channel.localAddress() == null) {
      throw new IOException("fd " + descriptor + " " + name + ": no TCP socket");
    }
    return new InheritedSocket(name, channel);
  }

  private static int count(String number) throws IOException {
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw new IOException("LISTEN_FDS: " + number + " (expected a number)", e);
    }
  }
}
