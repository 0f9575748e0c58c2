package org.popinjay.server;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/// Netty's epoll, for sockets that wait for nothing at times.
///
/// Netty takes a socket out of epoll as soon as nothing is waited for, which is so once a client
/// closed its side. It forgets to put it back (netty/netty pull request 16689, seen in 4.2.18 and
/// 4.2.20): whatever is waited for next, as that a slow reader has read, fails with ENOENT and
/// costs the client the rest of its answers. Here such a socket is registered anew.
final class EpollLoop implements IoHandler {
  private final IoHandler epoll;

  private EpollLoop(IoHandler epoll) {
    this.epoll = epoll;
  }

  /// Makes them.
  static IoHandlerFactory newFactory() {
    var factory = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new EpollLoop(factory.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(handle, epoll.register(handle));
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handle) {
    return epoll.isCompatible(handle);
  }

  /// A socket in epoll; used on the thread of the loop, as Netty does.
  private final class Registration implements IoRegistration {
    private final IoHandle handle;
    private IoRegistration current;

    /// Whether Netty took the socket out.
    private boolean out;

    Registration(IoHandle handle, IoRegistration first) {
      this.handle = handle;
      this.current = first;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      return current.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      boolean nothing = ops.equals(EpollIoOps.NONE);
      if (out && nothing) {
        return 0;
      }
      if (out && current.cancel()) {
        current = again();
      }
      out = nothing;
      return current.submit(ops);
    }

    private IoRegistration again() {
      try {
        return epoll.register(handle);
      } catch (Exception e) {
        throw new IllegalStateException("a socket cannot be registered again", e);
      }
    }

    @Override
    public boolean isValid() {
      return current.isValid();
    }

    @Override
    public boolean cancel() {
      return current.cancel();
    }
  }
}
