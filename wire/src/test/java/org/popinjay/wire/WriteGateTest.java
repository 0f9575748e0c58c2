package org.popinjay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.transcript.Awaited;

class WriteGateTest {
  private static final int HIGH = 100;

  private final List<Object> events = new ArrayList<>();
  private final WriteGate gate = new WriteGate(Duration.ofMinutes(2));
  private final EmbeddedChannel channel = channel();

  private EmbeddedChannel channel() {
    var embedded = new EmbeddedChannel();
    embedded.freezeTime();
    embedded.config().setWriteBufferWaterMark(new WriteBufferWaterMark(HIGH / 2, HIGH));
    embedded
        .pipeline()
        .addLast(
            gate,
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
              }
            });
    return embedded;
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @Test
  void anOpenGateLetsThrough() {
    assertThat(gate.await()).isTrue();
  }

  @Test
  void aWaitingLaneGoesOnOnceTheClientReads() {
    fill();
    assertThat(gate.open()).isFalse();
    var waiting = waiting();
    channel.flush();
    assertThat(waiting.join()).isTrue();
  }

  @Test
  void aWaitingLaneHearsOfTheEnd() {
    fill();
    var waiting = waiting();
    channel.close().syncUninterruptibly();
    assertThat(waiting.join()).isFalse();
    assertThat(gate.gone()).isTrue();
    assertThat(gate.await()).isFalse();
  }

  @Test
  void whoTakesNothingForTooLongIsCutOff() {
    fill();
    pass(119);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(events).containsExactly(WriteGate.Stalled.STALLED);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoTakesSomethingHasTimeAgain() {
    fill();
    pass(100);
    channel.flush();
    fill();
    pass(119);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void theLastOctetsBeforeACloseAreWatchedToo() {
    var _ = channel.write(Unpooled.wrappedBuffer(new byte[10]));
    gate.watch();
    pass(120);
    assertThat(channel.isOpen()).isFalse();
  }

  private void fill() {
    var _ = channel.write(Unpooled.wrappedBuffer(new byte[HIGH + 1]));
  }

  private CompletableFuture<Boolean> waiting() {
    var waiting = new CompletableFuture<Boolean>();
    var lane = Thread.ofVirtual().start(() -> waiting.complete(gate.await()));
    Awaited.until(() -> lane.getState() == Thread.State.WAITING);
    return waiting;
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
