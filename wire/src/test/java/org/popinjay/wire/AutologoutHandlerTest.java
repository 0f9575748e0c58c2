package org.popinjay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.AutologoutHandler.Expired;

class AutologoutHandlerTest {
  private static final IdleTimes TIMES =
      new IdleTimes(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(2));

  private final List<Object> events = new ArrayList<>();
  private final AutologoutHandler autologout = new AutologoutHandler(TIMES);
  private final EmbeddedChannel channel = channel();

  private EmbeddedChannel channel() {
    var embedded = new EmbeddedChannel();
    embedded.freezeTime();
    embedded
        .pipeline()
        .addLast(
            autologout,
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof Expired) {
                  events.add(event);
                }
              }
            });
    return embedded;
  }

  @Test
  void signInHasOneDeadlineHoweverTheOctetsTrickle() {
    for (int second = 1; second < 60; second++) {
      pass(1);
      trickle();
    }
    assertThat(events).isEmpty();
    pass(1);
    assertThat(events).containsExactly(Expired.LOGIN);
  }

  @Test
  void silenceAfterSignInEndsASessionButNotASecondEarly() {
    signIn();
    pass(599);
    assertThat(events).isEmpty();
    pass(1);
    assertThat(events).containsExactly(Expired.SESSION);
  }

  @Test
  void eachOctetStartsTheSilenceAnew() {
    signIn();
    for (int i = 0; i < 5; i++) {
      pass(599);
      trickle();
    }
    assertThat(events).isEmpty();
    pass(599);
    assertThat(events).isEmpty();
    pass(1);
    assertThat(events).containsExactly(Expired.SESSION);
  }

  @Test
  void takingOutputIsASignOfLife() {
    signIn();
    pass(500);
    autologout.signOfLife();
    pass(599);
    assertThat(events).isEmpty();
    pass(1);
    assertThat(events).containsExactly(Expired.SESSION);
  }

  @Test
  void whoIgnoresTheEndIsAskedAgain() {
    signIn();
    pass(600);
    pass(600);
    assertThat(events).containsExactly(Expired.SESSION, Expired.SESSION);
  }

  @Test
  void silenceIsToldToWhoWantsTheMaildrop() {
    signIn();
    pass(42);
    assertThat(autologout.silence()).isEqualTo(Duration.ofSeconds(42));
    trickle();
    assertThat(autologout.silence()).isZero();
  }

  @Test
  void aClientThatClosedItsSideIsSilentForGood() {
    signIn();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(autologout.silence()).isGreaterThan(Duration.ofDays(1000));
  }

  @Test
  void aClosedConnectionLeavesNoTimerBehind() {
    signIn();
    channel.close().syncUninterruptibly();
    pass(10_000);
    assertThat(events).isEmpty();
  }

  private void signIn() {
    channel.pipeline().fireUserEventTriggered(AuthenticationHandler.SignedIn.SIGNED_IN);
  }

  private void trickle() {
    channel.writeInbound(Unpooled.EMPTY_BUFFER);
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
