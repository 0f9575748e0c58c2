package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.popinjay.imap.netty.ImapPipeline;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.imap.strict.ResponseViolation;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.Facilities;
import org.popinjay.wire.Farewell;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionId;

/// One connection without a network, in a time that the test passes.
final class EmbeddedImap implements AutoCloseable {
  private final MemoryStore store = new MemoryStore();
  private final Queue<ResponseViolation> violations = new ArrayDeque<>();
  private final List<Limit> limits = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  /// @param lanes runs what the event loop may not
  EmbeddedImap(Executor lanes) {
    this(Settings.DEFAULTS, lanes);
  }

  /// @param lanes runs what the event loop may not
  EmbeddedImap(Settings settings, Executor lanes) {
    this(settings, lanes, System::nanoTime);
  }

  /// @param lanes runs what the event loop may not
  /// @param nanoTime what a search takes
  EmbeddedImap(Settings settings, Executor lanes, LongSupplier nanoTime) {
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new StrictTap(violations),
            new ImapPipeline(
                new ImapService(
                    new Facilities(
                        settings.users(),
                        settings.config(),
                        "dewey",
                        lanes,
                        new DiskPermits(1, 2),
                        new AddressLimits(10, settings.limits()),
                        new SessionId.Source(RandomGenerator.of("L64X128MixRandom")),
                        InstantSource.fixed(Instant.EPOCH),
                        new SessionEvents() {
                          @Override
                          public void limitReached(Limit limit) {
                            limits.add(limit);
                            settings.sessions().limitReached(limit);
                          }
                        }),
                    store,
                    nanoTime,
                    new UserSessions(),
                    settings.events())));
    channel.pipeline().fireChannelActive();
  }

  MemoryStore store() {
    return store;
  }

  /// Limits that were reached so far.
  List<Limit> limits() {
    return limits;
  }

  /// The client goes away without a word.
  void vanish() {
    var _ = channel.close();
  }

  void signIn() {
    say("in LOGIN tea pot\r\n");
    assertThat(said()).contains("in OK ");
  }

  void say(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    run();
  }

  /// Does what the event loop was given to do.
  void run() {
    channel.runPendingTasks();
  }

  /// What the server said since the last call.
  String said() {
    var text = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(part.toString(ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  void shutDown() {
    channel.pipeline().fireUserEventTriggered(Farewell.SHUTDOWN);
  }

  void shutDown(Duration waiting) {
    channel.pipeline().fireUserEventTriggered(new Farewell(waiting));
  }

  /// Whether the server reads what comes.
  boolean reads() {
    return channel.config().isAutoRead();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
    assertThat(violations).isEmpty();
  }
}
