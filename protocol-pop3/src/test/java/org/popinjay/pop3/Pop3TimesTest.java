package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.wire.LimitWitness;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.NoLeaks;

/// How long a client may take, in a time that the test passes.
@ExtendWith(NoLeaks.class)
class Pop3TimesTest {
  private static final Duration ANSWER_AFTER = Duration.ofSeconds(50);

  private final MemoryStore store = new MemoryStore();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private boolean holding;
  private EmbeddedChannel channel = connect(Settings.DEFAULTS);

  private EmbeddedChannel connect(Settings settings) {
    return EmbeddedPop3.connect(
        settings, store, this::run, new LoginDelays(System::nanoTime), InstantSource.system());
  }

  /// Does at once what may take time, or has it take until [#release].
  private void run(Runnable work) {
    if (holding) {
      held.add(work);
    } else {
      work.run();
    }
  }

  private void release() {
    holding = false;
    for (var work = held.poll(); work != null; work = held.poll()) {
      work.run();
    }
    channel.runPendingTasks();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void signInHasAMinuteInAll() {
    said();
    for (int second = 1; second < 60; second++) {
      pass(1);
      say("CAPA\r\n");
    }
    assertThat(channel.isOpen()).isTrue();
    said();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEqualTo("-ERR sign-in took too long\r\n");
  }

  @Test
  void aSessionMayBeSilentForTenMinutesAndIsClosedWithoutAWord() {
    signIn();
    pass(9 * 60 + 59);
    assertThat(channel.isOpen()).isTrue();
    said();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "POPPER, POP timeout: dewey",
    "QPOPPER, POP timeout",
    "UW, Autologout; idle for too long"
  })
  void theOldServersSayThatTheTimeIsOver(Responses responses, String words) {
    for (boolean signedIn : new boolean[] {false, true}) {
      close();
      channel = connect(Settings.DEFAULTS.responses(responses));
      if (signedIn) {
        say("USER tea\r\nPASS pot\r\n");
      }
      said();
      pass(signedIn ? 600 : 60);
      assertThat(said()).isEqualTo("-ERR " + words + "\r\n");
      assertThat(channel.isOpen()).isFalse();
    }
  }

  @Test
  void nothingIsSaidBehindWhatTheClientHasNotTaken() {
    close();
    channel =
        connect(
            Settings.DEFAULTS
                .responses(Responses.UW)
                .limits("writeStallTimeout", Duration.ofHours(1)));
    say("USER tea\r\nPASS pot\r\n");
    said();
    var written = new StringBuilder();
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(ChannelHandlerContext ctx, Object octets, ChannelPromise done) {
                written.append(((ByteBuf) octets).toString(ISO_8859_1));
                var _ = ctx.write(octets, done);
              }

              @Override
              public void flush(ChannelHandlerContext ctx) {}
            });
    say("NOOP\r\n");
    pass(600);
    assertThat(written).hasToString("+OK No-op to you too!\r\n");
  }

  /// A client that takes so many octets and no more until it is told to.
  private static final class SlowReader extends EmbeddedChannel {
    private long takes = Long.MAX_VALUE;
    private long taken;

    @Override
    protected void doWrite(ChannelOutboundBuffer output) {
      while (takes > 0 && output.current() instanceof ByteBuf octets) {
        int count = (int) Math.min(takes, octets.readableBytes());
        octets.skipBytes(count);
        output.progress(count);
        takes -= count;
        taken += count;
        if (!octets.isReadable()) {
          output.remove();
        }
      }
    }

    void take(long octets) {
      takes = octets;
      unsafe().flush();
    }
  }

  private SlowReader slowReader(LimitWitness witness) {
    close();
    var settings =
        Settings.DEFAULTS
            .pop3("idleTimeout", Duration.ofMinutes(2))
            .limits("writeStallTimeout", Duration.ofSeconds(90))
            .sessions(witness);
    var reader =
        EmbeddedPop3.connect(
            new SlowReader(),
            settings,
            store,
            this::run,
            new LoginDelays(System::nanoTime),
            InstantSource.system());
    channel = reader;
    say("USER tea\r\nPASS pot\r\n");
    reader.takes = 0;
    reader.taken = 0;
    return reader;
  }

  private void deliverLines(int lines) {
    var message = "Subject: long\n\n" + ("x".repeat(78) + "\n").repeat(lines);
    store.deliver("tea", message.getBytes(ISO_8859_1));
  }

  @Test
  void whoReadsSlowlyIsNotSilent() {
    deliverLines(5000);
    try (var witness = new LimitWitness()) {
      var reader = slowReader(witness);
      say("RETR 1\r\n");
      for (int second = 0; second < 390; second++) {
        pass(1);
        reader.take(1024);
        assertThat(channel.isOpen()).as("after %s s", second).isTrue();
      }
      reader.take(Long.MAX_VALUE);
      assertThat(reader.taken).isGreaterThan(5000 * 80);
      assertThat(witness.heard()).isEmpty();
      pass(120);
      pass(120);
      assertThat(channel.isOpen()).isFalse();
      assertThat(witness.heard()).containsExactly(Limit.IDLE_TIMEOUT);
    }
  }

  @Test
  void whoDoesNotReadAtAllIsClosedByTheTimeForThat() {
    deliverLines(50_000);
    try (var witness = new LimitWitness()) {
      var _ = slowReader(witness);
      say("RETR 1\r\n");
      pass(89);
      assertThat(channel.isOpen()).isTrue();
      // Without a thread to wait, all of it is written behind the point where the watch began.
      pass(1);
      pass(90);
      assertThat(channel.isOpen()).isFalse();
      assertThat(witness.heard()).containsExactly(Limit.WRITE_STALL_TIMEOUT);
    }
  }

  @Test
  void whoDoesNotReadALineIsClosedByItBehindItsSilence() {
    try (var witness = new LimitWitness()) {
      var _ = slowReader(witness);
      say("NOOP\r\n");
      pass(120);
      assertThat(channel.isOpen()).isTrue();
      pass(90);
      assertThat(channel.isOpen()).isFalse();
      assertThat(witness.heard()).containsExactly(Limit.WRITE_STALL_TIMEOUT);
    }
  }

  @Test
  void silenceRemovesNothing() {
    store.deliver("tea", "Subject: one\n\n".getBytes(ISO_8859_1));
    signIn();
    say("DELE 1\r\n");
    pass(600);
    assertThat(channel.isOpen()).isFalse();
    assertThat(store.messages("tea")).hasSize(1);
  }

  @Test
  void anyCommandStartsTheSilenceAnew() {
    signIn();
    for (int i = 0; i < 5; i++) {
      pass(599);
      say("NOOP\r\n");
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void workThatTakesLongIsNoSilenceOfTheClient() {
    store.deliver("tea", "Subject: one\n\n".getBytes(ISO_8859_1));
    signIn();
    holding = true;
    say("RETR 1\r\n");
    holding = false;
    pass(900);
    assertThat(secondSignIn()).startsWith("-ERR [IN-USE]");
    release();
    assertThat(said()).startsWith("+OK").endsWith("\r\n.\r\n");
    pass(59);
    assertThat(secondSignIn()).startsWith("-ERR [IN-USE]");
    pass(1);
    assertThat(secondSignIn()).startsWith("+OK");
    assertThat(said()).isEqualTo("-ERR [SYS/TEMP] session taken over\r\n");
  }

  /// The answer to the password of another client of the same user.
  private String secondSignIn() {
    var first = channel;
    try {
      channel = connect(Settings.DEFAULTS);
      say("USER tea\r\n");
      said();
      say("PASS pot\r\n");
      var answer = said();
      first.runPendingTasks();
      return answer;
    } finally {
      close();
      channel = first;
    }
  }

  @Test
  void aClosedSessionGivesItsMaildropBack() {
    signIn();
    channel.close().syncUninterruptibly();
    channel = connect(Settings.DEFAULTS);
    signIn();
  }

  @Test
  void aFailedSignInIsAnsweredLateAndNothingOvertakesIt() {
    channel.finishAndReleaseAll();
    channel = connect(Settings.DEFAULTS.users(new TestUsers(Map.of("tea", "pot"), ANSWER_AFTER)));
    said();
    say("USER tea\r\nPASS wrong\r\nCAPA\r\n");
    assertThat(said()).isEqualTo("+OK send PASS\r\n");
    // The time of the check itself, which is real, is part of them.
    pass(1);
    assertThat(said()).isEmpty();
    pass(49);
    assertThat(said()).startsWith("-ERR [AUTH] login failed\r\n+OK Capability");
  }

  @Test
  void aGoodSignInIsAnsweredAtOnceEvenBehindAFailedOne() {
    channel.finishAndReleaseAll();
    channel = connect(Settings.DEFAULTS.users(new TestUsers(Map.of("tea", "pot"), ANSWER_AFTER)));
    say("USER tea\r\nPASS wrong\r\n");
    pass(50);
    said();
    say("USER tea\r\nPASS pot\r\n");
    assertThat(said()).isEqualTo("+OK send PASS\r\n+OK 0 messages (0 octets)\r\n");
  }

  @Test
  void whoLeavesWhileAFailureWaitsIsForgotten() {
    channel.finishAndReleaseAll();
    channel = connect(Settings.DEFAULTS.users(new TestUsers(Map.of("tea", "pot"), ANSWER_AFTER)));
    say("USER tea\r\nPASS wrong\r\nQUIT\r\n");
    channel.close().syncUninterruptibly();
    said();
    pass(50);
    assertThat(said()).isEmpty();
  }

  private void signIn() {
    say("USER tea\r\nPASS pot\r\n");
    assertThat(said()).contains(" messages (");
  }

  private void say(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    channel.runPendingTasks();
  }

  private String said() {
    var text = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(part.toString(ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
