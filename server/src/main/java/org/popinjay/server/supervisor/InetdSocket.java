package org.popinjay.server.supervisor;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

/// The socket that inetd hands over as standard input, with `wait`.
public final class InetdSocket {
  private InetdSocket() {}

  /// Takes it over. Standard input, output and error lead nowhere from then on: they were the
  /// socket too, and a line of a log must not get into it.
  ///
  /// @throws IOException if there is none
  public static InheritedSocket listening() throws IOException {
    if (System.inheritedChannel() instanceof ServerSocketChannel socket) {
      return new InheritedSocket("inetd", new NioServerSocketChannel(socket));
    }
    throw new IOException("standard input is no listening socket, as that of a service with wait");
  }
}
