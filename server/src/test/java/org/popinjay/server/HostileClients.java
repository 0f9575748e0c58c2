package org.popinjay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// Many clients that mean no good, from many addresses of this machine. Nobody of them signs in.
final class HostileClients implements AutoCloseable {
  /// Fewer than the server lets in of one address.
  private static final int OF_ONE_ADDRESS = 40;

  /// What a client does.
  enum Kind {
    /// Connects, and that is all.
    SILENT,
    /// Sends a command octet by octet.
    SLOW,
    /// Sends a line that does not end.
    ENDLESS_LINE,
    /// Asks without pause and never reads.
    UNREAD_OUTPUT,
    /// Signs in with wrong passwords, and comes back when it is thrown out.
    SIGN_IN_STORM,
    /// Begins a handshake and leaves the server alone with its answer; comes back when it is thrown
    /// out. Under TLS only.
    HANDSHAKE
  }

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final InetSocketAddress server;
  private final Optional<SslContext> tls;
  private final byte[] hello;
  private final AtomicInteger sources = new AtomicInteger();
  private volatile boolean over;

  /// @param server speaks IMAP
  /// @param underTls whether from the first octet under TLS
  HostileClients(InetSocketAddress server, boolean underTls) throws SSLException {
    this.server = server;
    this.tls = underTls ? Optional.of(clientContext()) : Optional.empty();
    this.hello = tls.isPresent() ? hello(tls.get()) : new byte[0];
  }

  private static SslContext clientContext() throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  /// The first message of a handshake, as a proper client sends it.
  private static byte[] hello(SslContext context) throws SSLException {
    var engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
    try {
      var octets = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), octets);
      return Arrays.copyOf(octets.array(), octets.position());
    } finally {
      ReferenceCountUtil.release(engine);
    }
  }

  /// Connects so many of a kind, a few hundred at a time.
  ///
  /// @return how many could connect, and did their handshake if they were to
  int connect(Kind kind, int count) {
    int connected = 0;
    var pending = new ArrayList<ChannelFuture>();
    for (int i = 0; i < count; i++) {
      pending.add(connect(kind));
      if (pending.size() == 200 || i == count - 1) {
        for (var one : pending) {
          connected += isReady(one) ? 1 : 0;
        }
        pending.clear();
      }
    }
    return connected;
  }

  private static boolean isReady(ChannelFuture connecting) {
    if (!connecting.awaitUninterruptibly().isSuccess()) {
      return false;
    }
    var handler = connecting.channel().pipeline().get(SslHandler.class);
    return handler == null || handler.handshakeFuture().awaitUninterruptibly().isSuccess();
  }

  /// Connections that the server has not closed.
  int open() {
    return open.size();
  }

  private ChannelFuture connect(Kind kind) {
    return new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                if (kind != Kind.HANDSHAKE) {
                  tls.ifPresent(context -> channel.pipeline().addLast(patient(context, channel)));
                }
                channel.pipeline().addLast(new Client(kind));
              }
            })
        .connect(server, new InetSocketAddress(source(), 0));
  }

  private static SslHandler patient(SslContext context, Channel channel) {
    var handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(1, TimeUnit.MINUTES);
    return handler;
  }

  /// The next of the addresses 127.1.0.1, 127.1.0.2, ...
  private InetAddress source() {
    int number = 1 + sources.getAndIncrement() / OF_ONE_ADDRESS;
    try {
      return InetAddress.getByAddress(
          new byte[] {127, 1, (byte) (number / 250), (byte) (1 + number % 250)});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private final class Client extends ChannelInboundHandlerAdapter {
    private static final String COMMAND = "a CAPABILITY\r\n";

    private final Kind kind;
    private int at;

    Client(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      open.add(ctx.channel());
      if (ctx.pipeline().get(SslHandler.class) == null) {
        begin(ctx);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        begin(ctx);
      }
    }

    private void begin(ChannelHandlerContext ctx) {
      if (kind == Kind.UNREAD_OUTPUT) {
        ctx.channel().config().setAutoRead(false);
      }
      act(ctx);
    }

    private void act(ChannelHandlerContext ctx) {
      if (over || !ctx.channel().isActive()) {
        return;
      }
      switch (kind) {
        case SILENT -> {}
        case SLOW -> {
          send(ctx, COMMAND.substring(at % COMMAND.length(), at % COMMAND.length() + 1));
          at++;
          later(ctx, 1000);
        }
        case ENDLESS_LINE -> flood(ctx, "x".repeat(4096));
        case UNREAD_OUTPUT -> flood(ctx, COMMAND.repeat(100));
        case SIGN_IN_STORM -> {
          send(ctx, "a LOGIN tea wrong\r\n");
          later(ctx, 500);
        }
        case HANDSHAKE -> {
          var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(hello));
        }
      }
    }

    private void flood(ChannelHandlerContext ctx, String text) {
      if (ctx.channel().isWritable()) {
        send(ctx, text);
      }
      later(ctx, 100);
    }

    private void send(ChannelHandlerContext ctx, String text) {
      var _ = ctx.writeAndFlush(Unpooled.copiedBuffer(text, US_ASCII));
    }

    private void later(ChannelHandlerContext ctx, int millis) {
      var _ = ctx.executor().schedule(() -> act(ctx), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if ((kind == Kind.SIGN_IN_STORM || kind == Kind.HANDSHAKE) && !over) {
        var _ = ctx.executor().schedule(this::comeBack, 1, TimeUnit.SECONDS);
      }
    }

    private void comeBack() {
      var _ = HostileClients.this.connect(kind);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
      var _ = ctx.close();
    }
  }

  @Override
  public void close() {
    over = true;
    var _ = open.close().awaitUninterruptibly();
    var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /// The kinds, in the order in which they come.
  static List<Kind> kinds(boolean underTls) {
    return Stream.of(Kind.values()).filter(kind -> underTls || kind != Kind.HANDSHAKE).toList();
  }
}
