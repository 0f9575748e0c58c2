package org.popinjay.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.LogConfig;
import org.popinjay.server.log.HangingWrites;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.IdleTimes;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.Reserves;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.trace.Language;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.LogWitness;

/// The end of a trace file whose disk hangs. Each client that comes is a line.
@Timeout(180)
class TraceFileTest {
  @TempDir private Path folder;

  private final HangingWrites disk = new HangingWrites();
  private final LogWitness log = new LogWitness(TraceFile.class.getName(), Level.INFO);
  private final OpenSessions sessions = new OpenSessions();
  private final FrontDoor door =
      new FrontDoor(
          new AddressLimits(100, LimitsConfig.DEFAULTS),
          Reserves.PLENTY,
          Optional.empty(),
          false,
          ListenerConfig.Access.DEFAULTS,
          List.of(),
          sessions,
          Optional.empty(),
          SessionEvents.NONE);
  private final SessionId.Source ids = new SessionId.Source(RandomGenerator.getDefault());

  @AfterEach
  void stop() {
    disk.end();
    log.close();
  }

  private TraceFile open(Duration lastLines) throws Exception {
    var defaults = LogConfig.DEFAULTS;
    var settings =
        new LogConfig(
            defaults.level(),
            defaults.format(),
            defaults.statistics(),
            Optional.of(folder.resolve("trace")),
            List.of(),
            List.of(),
            defaults.traceOctets(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    var trace = new TraceFile(disk.calls(), sessions, lastLines);
    try (var file = trace.open(settings)) {
      file.use();
    }
    return trace;
  }

  private void comes() {
    var channel = new EmbeddedChannel();
    var decoder = new CrlfLineDecoder(512, new NoLines());
    var minute = Duration.ofMinutes(1);
    var connection =
        new Connection(
            channel,
            new Language("toy", false, Map.of(), Set.of()),
            ids.next(),
            decoder,
            new IdleTimes(minute, minute, minute),
            SessionEvents.NONE);
    door.receive(connection, _ -> {}, decoder, new ChannelInboundHandlerAdapter());
    channel.pipeline().fireChannelActive();
  }

  private static final class NoLines implements LineReader {
    @Override
    public Object read(ByteBuf octets, int from, int length) {
      return "";
    }

    @Override
    public Object fault(LineFault fault) {
      return fault;
    }
  }

  @Test
  void whatWaitsAtTheEndIsWritten() throws Exception {
    var trace = open(Duration.ofMinutes(2));
    for (int i = 0; i < 20; i++) {
      comes();
    }
    disk.awaitFirst();
    var end = Thread.ofPlatform().start(trace::close);
    Awaited.until(() -> end.getState() == Thread.State.TIMED_WAITING);
    disk.end();
    end.join();
    assertThat(Files.readAllLines(folder.resolve("trace")))
        .hasSize(20)
        .allMatch(line -> line.endsWith(" -- toy from 127.0.0.1"));
    assertThat(disk.closed()).isEqualTo(1);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aDiskThatHangsDoesNotHoldUpTheEnd() throws Exception {
    var trace = open(Duration.ofMillis(1));
    comes();
    comes();
    disk.awaitFirst();
    trace.close();
    assertThat(log.lines())
        .containsExactly("log.traceFile: lines are lost: the disk does not answer");
    assertThat(disk.closed()).isZero();
    disk.end();
    Awaited.until(() -> disk.closed() == 1);
    assertThat(folder.resolve("trace")).content().hasLineCount(1);
  }
}
