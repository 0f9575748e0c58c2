package org.popinjay.imap.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.IncomingMessages;
import org.popinjay.imap.command.IncomingMessages.Next;
import org.popinjay.imap.command.ParseResult.BeyondLimit;
import org.popinjay.imap.command.ParseResult.Parsed;
import org.popinjay.imap.command.ParseResult.Rejected;
import org.popinjay.imap.parse.ImapCommandParser;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.imap.parse.ImapInput.Fatal;
import org.popinjay.imap.parse.ImapInput.Refused;
import org.popinjay.imap.parse.MessageIntake;
import org.popinjay.wire.AuthenticationHandler.SignedIn;

/// Sends pieces to a decoder on a real event loop and writes down what it makes of them, with the
/// messages of APPEND taken on a thread of their own, as a session does it.
final class FrameRun {
  /// The last command of each run.
  static final String LAST = "zz NOOP\r\n";

  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
  private static int runs;

  /// What becomes of the messages.
  enum Storing {
    /// Each is taken.
    ALL,
    /// None is.
    NONE,
    /// The first is taken, the second is not.
    FIRST,
    /// The first is given up when its first octets have come.
    BEGINNING
  }

  /// Limits small enough to be reached.
  static final FrameLimits SMALL =
      new FrameLimits(60, 90, 20, 30, Long.MAX_VALUE, 200, true, ImapCommandLimits.DEFAULTS);

  private FrameRun() {}

  /// What the decoder makes of an input, a line each.
  static List<String> of(FrameLimits limits, Storing storing, List<String> pieces) {
    var seen = new Seen(storing);
    var address = new LocalAddress("frames-" + runs++);
    try {
      var server = server(limits, seen, address);
      var client = client(address);
      for (var piece : pieces) {
        var _ = client.writeAndFlush(Unpooled.copiedBuffer(piece, ISO_8859_1));
      }
      var entries = seen.done.get(1, TimeUnit.MINUTES);
      client.close().sync();
      server.close().sync();
      var lines = new ArrayList<String>();
      for (var entry : entries) {
        lines.addAll(entry.get(1, TimeUnit.MINUTES));
      }
      return lines;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("after " + seen.entries, e);
    }
  }

  private static Channel server(FrameLimits limits, Seen seen, LocalAddress address)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(LOOPS)
        .channel(LocalServerChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                var gate = new Gate(seen);
                var decoder = new ImapFrameDecoder(limits, gate);
                channel.pipeline().addLast(decoder, seen);
                channel.pipeline().fireUserEventTriggered(SignedIn.SIGNED_IN);
              }
            })
        .bind(address)
        .sync()
        .channel();
  }

  private static Channel client(LocalAddress address) throws InterruptedException {
    return new Bootstrap()
        .group(LOOPS)
        .channel(LocalChannel.class)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(address)
        .sync()
        .channel();
  }

  /// Every turn comes at once.
  private record Gate(Seen seen) implements LiteralGate {
    @Override
    public void awaitTurn(Runnable go) {
      invite();
      go.run();
    }

    @Override
    public void invite() {
      var storing = LOG.get();
      if (storing == null) {
        seen.entries.add(CompletableFuture.completedFuture(List.of("+")));
      } else {
        storing.add("+");
      }
    }
  }

  /// What the thread of an APPEND writes down.
  private static final ThreadLocal<@Nullable List<String>> LOG = new ThreadLocal<>();

  private static final class Seen extends ChannelInboundHandlerAdapter {
    private final Storing storing;
    private final List<CompletableFuture<List<String>>> entries = new ArrayList<>();
    private final CompletableFuture<List<CompletableFuture<List<String>>>> done =
        new CompletableFuture<>();

    Seen(Storing storing) {
      this.storing = storing;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      switch (message) {
        case ImapFrame frame when frame.messages() != null -> store(frame, frame.messages());
        case ImapFrame frame -> {
          var text = new String(frame.octets(), ISO_8859_1);
          if ((text + "\r\n").equals(LAST)) {
            done.complete(entries);
          } else {
            add(text);
          }
        }
        case Refused refused -> add("refused " + refused.tag() + " " + refused.excess());
        case Fatal fatal -> {
          add("fatal " + fatal.end());
          done.complete(entries);
        }
        default -> add(message.toString());
      }
    }

    private void add(String line) {
      entries.add(CompletableFuture.completedFuture(List.of(line)));
    }

    private void store(ImapFrame frame, MessageIntake messages) {
      var entry = new CompletableFuture<List<String>>();
      entries.add(entry);
      Thread.ofVirtual()
          .start(() -> {
            var lines = new ArrayList<String>();
            LOG.set(lines);
            try {
              append(frame, messages, lines);
              entry.complete(lines);
            } catch (RuntimeException | Error fault) {
              entry.completeExceptionally(fault);
            }
          });
    }

    private void append(ImapFrame frame, MessageIntake messages, List<String> lines) {
      var parser =
          new ImapCommandParser(
              Set.of(Capability.values()), true, true, ImapCommandLimits.DEFAULTS);
      switch (parser.parse(frame, ImapDialect.REV1)) {
        case BeyondLimit beyond -> lines.add(beyond.reason() + refused(messages.refuse()));
        case Rejected rejected -> lines.add(rejected.reason() + refused(messages.refuse()));
        case Parsed parsed -> {
          var command = (ImapCommand.Append) parsed.command().command();
          lines.add("append " + command.mailbox().text());
          take(command.messages(), lines);
        }
      }
    }

    private static String refused(boolean whole) {
      return whole ? "" : " for good";
    }

    private void take(IncomingMessages messages, List<String> lines) {
      int count = 0;
      var text = new StringBuilder();
      while (true) {
        var next = messages.next();
        if (!(next instanceof Next.Octets) && !text.isEmpty()) {
          lines.add(text.length() > 100 ? text.length() + " octets" : text.toString());
          text.setLength(0);
        }
        switch (next) {
          case Next.Message(AppendMessage head) -> {
            lines.add("message of " + head.octets());
            count++;
            if (storing == Storing.NONE || (storing == Storing.FIRST && count == 2)) {
              lines.add("unwanted" + refused(messages.refuse()));
              return;
            }
            messages.accept();
          }
          case Next.Octets(ByteBuffer octets) -> {
            assertThat(octets.remaining()).isBetween(1, 64 * 1024);
            text.append(ISO_8859_1.decode(octets));
            if (storing == Storing.BEGINNING) {
              lines.add("broken off" + refused(messages.refuse()));
              return;
            }
          }
          case Next.End _ -> {
            lines.add("end");
            return;
          }
          case Next.Malformed(String reason) -> {
            lines.add("malformed: " + reason);
            return;
          }
          case Next.BeyondLimit(_, String reason) -> {
            lines.add("beyond a limit: " + reason);
            return;
          }
          case Next.Gone _ -> {
            lines.add("gone");
            return;
          }
        }
      }
    }
  }
}
