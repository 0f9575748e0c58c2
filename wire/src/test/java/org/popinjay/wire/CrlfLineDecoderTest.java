package org.popinjay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.wire.Intake.Reason;
import org.popinjay.wire.transcript.NoLeaks;

@ExtendWith(NoLeaks.class)
class CrlfLineDecoderTest {
  static final int LIMIT = 20;
  private static final int LONG_LIMIT = 40;

  /// Makes strings of lines; those that begin with `L` may be longer.
  static final LineReader STRINGS =
      new LineReader() {
        @Override
        public String read(ByteBuf octets, int from, int length) {
          return octets.toString(from, length, ISO_8859_1);
        }

        @Override
        public LineFault fault(LineFault fault) {
          return fault;
        }

        @Override
        public int longestLine(ByteBuf octets, int from, int available) {
          return octets.getByte(from) == 'L' ? LONG_LIMIT : 0;
        }
      };

  private final CrlfLineDecoder decoder = new CrlfLineDecoder(LIMIT, STRINGS);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  @Test
  void linesEndWithCrlfOrWithLfAlone() {
    assertThat(lines("a\r\nb\nc\r\n\r\n\nd")).containsExactly("a", "b", "c", "", "");
  }

  @Test
  void aLineIsHandedOnOnceItsEndIsThere() {
    assertThat(lines("NO")).isEmpty();
    assertThat(lines("OP\r")).isEmpty();
    assertThat(lines("\nQU")).containsExactly("NOOP");
    assertThat(lines("IT\r\n")).containsExactly("QUIT");
    channel.finish();
  }

  @Test
  void theLimitCountsTheLineEnd() {
    var fits = "x".repeat(LIMIT - 2);
    assertThat(lines(fits + "\r\n" + "x" + fits + "\n" + "x" + fits + "\r\nNOOP\r\n"))
        .containsExactly(fits, "x" + fits, LineFault.TOO_LONG, "NOOP");
  }

  @Test
  void aReaderMayAllowMoreForSomeLines() {
    var fits = "L" + "x".repeat(LONG_LIMIT - 3);
    assertThat(lines(fits + "\r\n" + fits + "x\r\n")).containsExactly(fits, LineFault.TOO_LONG);
    assertThat(lines("NOOP" + "x".repeat(LIMIT) + "\r\n")).containsExactly(LineFault.TOO_LONG);
  }

  @Test
  void tooLongALineIsSwallowedToItsEnd() {
    assertThat(lines("x".repeat(CrlfLineDecoder.SWALLOWED_OCTETS_MAX - 2))).isEmpty();
    assertThat(lines("\r\nNOOP\r\n")).containsExactly(LineFault.TOO_LONG, "NOOP");
  }

  @Test
  void anEndlessLineEndsEverything() {
    assertThat(lines("x".repeat(CrlfLineDecoder.SWALLOWED_OCTETS_MAX))).isEmpty();
    assertThat(lines("x")).containsExactly(LineFault.ENDLESS);
    assertThat(lines("\r\nNOOP\r\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b\r\n", "a\rb\r\n", "\r\r\n", "\0", "\r\0"})
  void aNulOrABareCrEndsEverything(String input) {
    assertThat(lines("NOOP\r\n" + input + "QUIT\r\n"))
        .containsExactly("NOOP", LineFault.INVALID_OCTET);
    assertThat(lines("QUIT\r\n")).isEmpty();
  }

  @Test
  void octetsAboveAsciiAreNoConcernOfTheDecoder() {
    assertThat(lines("\u00ff\u0080\r\n")).containsExactly("\u00ff\u0080");
  }

  @Test
  void nothingIsHandedOnWhilePaused() {
    decoder.pause(Reason.QUEUE);
    assertThat(lines("a\r\nb\r\n")).isEmpty();
    assertThat(lines("c\r\n")).isEmpty();
    assertThat(channel.config().isAutoRead()).isFalse();
    decoder.resume(Reason.QUEUE);
    assertThat(taken()).containsExactly("a", "b", "c");
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void eachReasonPausesAlone() {
    decoder.pause(Reason.QUEUE);
    decoder.pause(Reason.OUTPUT);
    assertThat(lines("a\r\n")).isEmpty();
    decoder.resume(Reason.QUEUE);
    assertThat(taken()).isEmpty();
    decoder.resume(Reason.OUTPUT);
    assertThat(taken()).containsExactly("a");
  }

  @Test
  void aPauseFromWithinTakesEffectBehindTheLine() {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.fireChannelRead(message);
                if (message.equals("stop")) {
                  decoder.pause(Reason.SIGN_IN);
                }
              }
            });
    assertThat(lines("a\r\nstop\r\nb\r\nc\r\n")).containsExactly("a", "stop");
    decoder.resume(Reason.SIGN_IN);
    assertThat(taken()).containsExactly("b", "c");
  }

  @Test
  void theEndOfInputWaitsForTheLinesBeforeIt() {
    var events = new ArrayList<Object>();
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                events.add(message);
              }

              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
              }
            });
    decoder.pause(Reason.QUEUE);
    lines("QUIT\r\n");
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(events).isEmpty();
    decoder.resume(Reason.QUEUE);
    assertThat(events).containsExactly("QUIT", ChannelInputShutdownEvent.INSTANCE);
  }

  @Test
  void whatComesBehindAStopIsThrownAway() {
    lines("a\r\nb");
    decoder.stop();
    assertThat(lines("c\r\nd\r\n")).isEmpty();
  }

  @Test
  void buffersAreGivenBackAtTheEnd() {
    lines("begun");
    channel.finish();
    assertThat(taken()).isEmpty();
  }

  @Test
  void aLineThatDoesNotGrowIsReported() {
    var events = new ArrayList<Object>();
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
              }
            });
    lines("NO");
    pass(29);
    lines("O");
    pass(30);
    assertThat(events).isEmpty();
    pass(30);
    assertThat(events).containsExactly(InputDecoder.Stalled.STALLED);
    lines("P\r\n");
    pass(1000);
    assertThat(events).hasSize(1);
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void anIdleConnectionHoldsNoLargeBuffer() {
    var large = channel.alloc().buffer(64 * 1024);
    large.writeCharSequence("NOOP\r\n".repeat(1000) + "begun", ISO_8859_1);
    channel.writeInbound(large);
    assertThat(large.refCnt()).isZero();
    assertThat(taken()).hasSize(1000);
    channel.finish();
  }

  private List<Object> lines(String input) {
    channel.writeInbound(Unpooled.copiedBuffer(input, ISO_8859_1));
    return taken();
  }

  private List<Object> taken() {
    return taken(channel);
  }

  static List<Object> taken(EmbeddedChannel channel) {
    var messages = new ArrayList<>();
    for (var message = channel.readInbound(); message != null; message = channel.readInbound()) {
      messages.add(message);
    }
    return messages;
  }
}
