package org.popinjay.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Posix;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.control.ControlException;
import org.popinjay.server.control.SocketFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket of this machine by which its users come in as who they are (`control.preauth`).
///
/// Everybody may connect, and nobody has a choice of who he is: [LocalPeer]. It has an event loop
/// of its own, of NIO, which alone can say who that is.
final class LocalEntrance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalEntrance.class);

  private final SocketFile file;
  private final EventLoopGroup loop;
  private final Channel socket;

  private LocalEntrance(SocketFile file, EventLoopGroup loop, Channel socket) {
    this.file = file;
    this.loop = loop;
    this.socket = socket;
  }

  /// Begins to listen.
  ///
  /// @param guests puts each connection together
  /// @throws StartException if the settings name a place that cannot be used
  static LocalEntrance open(Path path, RandomGenerator random, ChannelHandler guests)
      throws StartException {
    var loop = Threads.loops(Transport.nio(), "preauth", 1);
    boolean listens = false;
    try {
      var file = SocketFile.make(Posix.files(), path, SocketFile.FOR_ALL, random);
      var socket =
          new ServerBootstrap()
              .group(loop)
              .channelFactory(() -> new NioServerDomainSocketChannel(file.channel()))
              .childHandler(guests)
              .register()
              .syncUninterruptibly()
              .channel();
      listens = true;
      LOG.info("users of this machine come in at {}", path);
      return new LocalEntrance(file, loop, socket);
    } catch (ControlException e) {
      throw new StartException(ExitCode.CANNOT_CREATE, "control.preauth: " + e.getMessage());
    } finally {
      if (!listens) {
        Threads.end(loop);
      }
    }
  }

  /// Accepts nobody any more; those that are there stay.
  void shut() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("control.preauth: {}", e.getMessage());
    }
    socket.close().syncUninterruptibly();
  }

  @Override
  public void close() {
    shut();
    Threads.end(loop);
  }
}
