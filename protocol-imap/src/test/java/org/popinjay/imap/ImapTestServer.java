package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.StringTokenizer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.netty.ImapPipeline;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.imap.strict.ResponseViolation;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.TranscriptServer;

/// An IMAP server on a real socket of this machine, over a store in memory. Every octet that it
/// writes is read by a [StrictTap]; closing it fails if there was something to complain about.
public final class ImapTestServer implements TranscriptServer {

  /// The user of the transcripts.
  public static final String USER = "tea";

  final MemoryStore store = new MemoryStore();
  final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();

  private final Queue<ResponseViolation> violations = new ConcurrentLinkedQueue<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;
  private final MailStore served;
  private final AddressLimits addresses;

  public ImapTestServer() {
    this(Settings.DEFAULTS);
  }

  ImapTestServer(Settings settings) {
    this(settings, null);
  }

  /// @param other mail that is not in memory, or null; whoever gives it fills it
  ImapTestServer(Settings settings, @Nullable MailStore other) {
    served = other == null ? store : other;
    addresses = new AddressLimits(1000, settings.limits());
    var service =
        new ImapService(
            settings.users(),
            served,
            settings.config(),
            "dewey",
            lanes,
            new DiskPermits(4, 2),
            addresses,
            new SessionId.Source(RandomGenerator.of("L64X128MixRandom")),
            InstantSource.fixed(Instant.parse("2023-01-01T00:00:00Z")),
            System::nanoTime,
            new UserSessions(),
            settings.events(),
            settings.sessions());
    var pipeline = new ImapPipeline(service);
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(pipeline)
                        .addBefore(FrontDoor.COMMANDS, null, new StrictTap(violations));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Delivers, also in the middle of a conversation.
  @Override
  public void fill(String mailbox, byte[] mbox) {
    var message = new StringBuilder();
    new String(mbox, ISO_8859_1)
        .lines()
        .forEach(line -> {
          if (line.startsWith("From ")) {
            deliver(mailbox, message);
          } else {
            message.append(line).append('\n');
          }
        });
    deliver(mailbox, message);
  }

  // Without the blank line that stands before the next separator.
  private void deliver(String mailbox, StringBuilder message) {
    if (!message.isEmpty()) {
      var octets = message.substring(0, message.length() - 1).getBytes(ISO_8859_1);
      store.deliver(USER, new MailboxName(mailbox), octets);
      message.setLength(0);
    }
  }

  /// `fails OPERATION KIND`: the next operation of that kind fails. `nomodseq MAILBOX`: there are
  /// no mod-sequences from here on.
  @Override
  public void prepare(String what) {
    var words = new StringTokenizer(what);
    switch (words.nextToken()) {
      case "fails" -> failNext(words, what);
      case "nomodseq" -> store.dropModSeqs(USER, new MailboxName(words.nextToken()));
      default -> throw new IllegalArgumentException(what);
    }
  }

  private void failNext(StringTokenizer words, String what) {
    var operation = MemoryStore.Operation.valueOf(words.nextToken());
    var detail = "detail 4711";
    store.failNext(
        operation,
        switch (words.nextToken()) {
          case "Busy" -> new StoreFailure.Busy(Duration.ofSeconds(30), detail);
          case "NotAMailbox" -> new StoreFailure.NotAMailbox(detail);
          case "NoSpace" -> new StoreFailure.NoSpace(detail);
          case "OverQuota" -> new StoreFailure.OverQuota(detail);
          case "Broken" -> new StoreFailure.Broken(detail);
          case "TooManyKeywords" -> new StoreFailure.TooManyKeywords(detail);
          default -> throw new IllegalArgumentException(what);
        });
  }

  @Override
  public byte[] spool(String mailbox) {
    var mbox = new ByteArrayOutputStream();
    for (var message : store.messages(USER, new MailboxName(mailbox))) {
      mbox.writeBytes("From tea Sun Jan  1 00:00:00 2023\n".getBytes(ISO_8859_1));
      mbox.writeBytes(new String(message, ISO_8859_1).replace("\r\n", "\n").getBytes(ISO_8859_1));
      mbox.write('\n');
    }
    return mbox.toByteArray();
  }

  @Override
  public void settle() {
    Awaited.until(() -> addresses.connections() == 0);
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    lanes.close();
    served.close();
    var violation = violations.peek();
    if (violation != null) {
      throw new AssertionError(violation);
    }
  }
}
