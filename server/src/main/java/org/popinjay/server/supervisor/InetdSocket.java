package org.popinjay.server.supervisor;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// The socket that inetd hands over as standard input: with `wait` the one that listens, with
/// `nowait` that of a client.
///
/// Standard input, output and error lead nowhere once it was taken: they were the socket too, and a
/// line of a log must not get into it.
public final class InetdSocket {
  private InetdSocket() {}

  /// Takes over the socket that listens.
  ///
  /// @throws IOException if there is none
  public static InheritedSocket listening() throws IOException {
    if (System.inheritedChannel() instanceof ServerSocketChannel socket) {
      return new InheritedSocket("inetd", new NioServerSocketChannel(socket));
    }
    throw new IOException("standard input is no listening socket, as that of a service with wait");
  }

  /// Takes over the socket of a client.
  ///
  /// @throws IOException if there is none
  public static InheritedSocket connected() throws IOException {
    if (System.inheritedChannel() instanceof SocketChannel client
        && client.getLocalAddress() instanceof InetSocketAddress) {
      return new InheritedSocket("inetd", new OnlyConnection(client));
    }
    throw new IOException("standard input is no client's socket, as that of a service with nowait");
  }
}
