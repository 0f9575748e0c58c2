package org.popinjay.server.supervisor;

import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A listening socket that was open before this process began, and may outlive it.
///
/// @param name what its opener calls it; may be empty
/// @param channel the socket, not registered with an event loop yet
public record InheritedSocket(String name, ServerSocketChannel channel) {

  /// Where it listens.
  public InetSocketAddress address() {
    return channel.localAddress();
  }

  /// Whether it listens there, or on all addresses for a wildcard.
  public boolean listensOn(InetAddress host, int port) {
    var own = address();
    return own.getPort() == port
        && (own.getAddress().equals(host)
            || (own.getAddress().isAnyLocalAddress() && host.isAnyLocalAddress()));
  }

  /// `[::]:110 (popinjay.socket)`.
  @Override
  public String toString() {
    return NetUtil.toSocketAddressString(address()) + (name.isEmpty() ? "" : " (" + name + ')');
  }
}
