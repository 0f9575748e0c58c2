package org.popinjay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.Cidr;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig.Access;
import org.popinjay.config.TlsConfig;
import org.popinjay.wire.tls.TestCertificates;
import org.popinjay.wire.tls.TlsContexts;
import org.popinjay.wire.tls.TlsEvents;
import org.popinjay.wire.tls.TlsUpgrade;
import org.popinjay.wire.trace.Language;
import org.popinjay.wire.transcript.NoLeaks;

/// What stands ahead of the protocols, octet by octet and in a time that the test passes.
@ExtendWith(NoLeaks.class)
class FrontDoorTest {
  private static final InetAddress CLIENT = address("192.0.2.7");

  @TempDir Path folder;

  private final AddressLimits addresses = new AddressLimits(2, LimitsConfig.DEFAULTS);
  private static final String VERSION_TWO = "\r\n\r\n\0\r\nQUIT\n";

  private final AtomicBoolean scarce = new AtomicBoolean();
  private final AtomicLong buffers = new AtomicLong();
  private final Reserves reserves = new Reserves(1000, buffers::get, scarce::get);
  private final OpenSessions sessions = new OpenSessions();
  private final List<String> heard = new ArrayList<>();
  private final SessionEvents limits =
      new SessionEvents() {
        @Override
        public void limitReached(Limit limit) {
          heard.add("limit " + limit);
        }
      };
  private EmbeddedChannel channel = new EmbeddedChannel();

  /// A protocol that greets, says back what it hears, and turns to TLS on request.
  private final class Echo extends ChannelInboundHandlerAdapter {
    private final Connection connection;

    Echo(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      heard.add("active " + connection.address().getHostAddress());
      var _ = ctx.writeAndFlush(Unpooled.copiedBuffer("hello\r\n", US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      heard.add(String.valueOf(message));
      var _ = ctx.writeAndFlush(Unpooled.copiedBuffer("you said " + message + "\r\n", US_ASCII));
      if (message.equals("tls")) {
        connection.secure();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      heard.add(event.getClass().getSimpleName());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
      heard.add(fault.toString());
    }
  }

  /// Takes lines as texts.
  private static final class Lines implements LineReader {
    @Override
    public Object read(ByteBuf octets, int from, int length) {
      return octets.toString(from, length, ISO_8859_1);
    }

    @Override
    public Object fault(LineFault fault) {
      return fault;
    }
  }

  private void connect(FrontDoor door) {
    channel =
        new EmbeddedChannel() {
          @Override
          protected @Nullable SocketAddress remoteAddress0() {
            return isActive() ? new InetSocketAddress(CLIENT, 4711) : null;
          }
        };
    channel.freezeTime();
    var times =
        new IdleTimes(Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofMinutes(2));
    var decoder = new CrlfLineDecoder(512, new Lines());
    var connection =
        new Connection(
            channel,
            new Language("test", false, Map.of(), Set.of()),
            new SessionId.Source(RandomGenerator.of("L64X128MixRandom")).next(),
            decoder,
            times,
            limits);
    door.receive(
        connection,
        out -> out.writeBytes("full\r\n".getBytes(US_ASCII)),
        decoder,
        new Echo(connection));
    channel.pipeline().fireChannelActive();
  }

  private FrontDoor door(boolean implicit) throws Exception {
    return door(implicit, Access.DEFAULTS, List.of());
  }

  private FrontDoor door(boolean implicit, Access access, List<Cidr> proxies) throws Exception {
    return new FrontDoor(
        addresses, reserves, tls(), implicit, access, proxies, sessions, Optional.empty(), limits);
  }

  private Optional<TlsUpgrade> tls() throws Exception {
    var one = TestCertificates.write(folder, "one", TestCertificates.of("mail.example"));
    var settings =
        new TlsConfig(
            Optional.of(one.certificate()),
            Optional.of(one.key()),
            Optional.empty(),
            List.of(),
            TlsConfig.Version.TLS_1_2,
            TlsConfig.ClientCertificates.OFF,
            Optional.empty(),
            Duration.ofSeconds(30));
    var events =
        new TlsEvents() {
          @Override
          public void handshake(String version, Outcome outcome) {
            heard.add(outcome + " " + version);
          }
        };
    var contexts = TlsContexts.open(settings, events, new SecureRandom(), System::nanoTime);
    return Optional.of(new TlsUpgrade(contexts, "pop3", events));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void nothingIsSaidOnAPortOfTlsBeforeTheHandshakeIsDone() throws Exception {
    connect(door(true));
    assertThat(said()).isEmpty();
    var client = new Client("pop3");
    client.handshake(false);
    assertThat(client.read()).isEqualTo("hello\r\n");
    assertThat(heard).containsExactly("DONE TLSv1.3", "active 192.0.2.7");
    client.write("noop\r\n");
    assertThat(client.read()).isEqualTo("you said noop\r\n");
  }

  @Test
  void aHandshakeMayComeOctetByOctet() throws Exception {
    connect(door(true));
    var client = new Client("pop3");
    client.handshake(true);
    assertThat(client.read()).isEqualTo("hello\r\n");
  }

  @Test
  void anUpgradeBeginsBehindItsAnswerAndDoesNotGreetAgain() throws Exception {
    connect(door(false));
    say("tls\r\n");
    assertThat(text(said())).isEqualTo("hello\r\nyou said tls\r\n");
    var client = new Client("");
    client.handshake(false);
    client.write("noop\r\n");
    assertThat(client.read()).isEqualTo("you said noop\r\n");
    assertThat(heard).containsExactly("active 192.0.2.7", "tls", "DONE TLSv1.3", "noop");
  }

  @Test
  void whatComesInTheClearBehindAnUpgradeIsNeverHeard() throws Exception {
    connect(door(false));
    say("tls\r\n");
    said();
    say("noop\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEmpty();
    assertThat(heard).containsExactly("active 192.0.2.7", "tls", "NO_TLS ");
  }

  @Test
  void noTlsOnAPortOfTlsEndsTheConnectionWithoutAWord() throws Exception {
    connect(door(true));
    say("a LOGIN tea kettle\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEmpty();
    assertThat(heard).containsExactly("NO_TLS ");
  }

  @Test
  void anOversizedFirstMessageEndsTheConnection() throws Exception {
    connect(door(true));
    // A handshake message of 1 MiB in records of 16 KiB, the first of them.
    var octets = new byte[5 + 16384];
    octets[0] = 22;
    octets[1] = 3;
    octets[2] = 1;
    octets[3] = 64;
    octets[5] = 1;
    octets[6] = 16;
    channel.writeInbound(Unpooled.wrappedBuffer(octets));
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("FAILED ");
  }

  @Test
  void aClientThatSaysNothingHasThirtySeconds() throws Exception {
    connect(door(true));
    pass(29);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("TIMEOUT ");
  }

  @Test
  void aClientThatStopsHalfWayHasThirtySecondsInAll() throws Exception {
    connect(door(true));
    pass(20);
    new Client("pop3").begin();
    assertThat(channel.pipeline().get(SslHandler.class)).isNotNull();
    pass(9);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("TIMEOUT ");
  }

  @Test
  void aClientThatWantsAnotherProtocolIsToldSoByAnAlert() throws Exception {
    connect(door(true));
    new Client("imap").begin();
    assertThat(said()).containsExactly(21, 3, 3, 0, 2, 2, 120);
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("OTHER_PROTOCOL ");
  }

  @Test
  void whoIsOneTooManyIsToldSoInTheClearOnly() throws Exception {
    addresses.admit(CLIENT);
    addresses.admit(CLIENT);
    connect(door(false));
    assertThat(text(said())).isEqualTo("full\r\n");
    assertThat(channel.isOpen()).isFalse();
    connect(door(true));
    assertThat(said()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("limit CONNECTIONS", "limit CONNECTIONS");
  }

  private static final List<Cidr> PROXIES = List.of(Cidr.parse("192.0.2.0/24"));

  private void connectBehindProxy() {
    connect(
        new FrontDoor(
            addresses,
            reserves,
            Optional.empty(),
            false,
            new Access(List.of(), List.of(Cidr.parse("198.51.100.66"))),
            PROXIES,
            sessions,
            Optional.empty(),
            limits));
  }

  @Test
  void aProxyAnnouncesTheClientInVersionOne() {
    connectBehindProxy();
    assertThat(said()).isEmpty();
    say("PROXY TCP4 198.51.100.1 192.0.2.9 4711 110\r\nnoop\r\n");
    assertThat(text(said())).isEqualTo("hello\r\nyou said noop\r\n");
    assertThat(heard).containsExactly("active 198.51.100.1", "noop");
  }

  @Test
  void anAnnouncementMayComeOctetByOctet() {
    connectBehindProxy();
    "PROXY TCP6 2001:db8::1 2001:db8::2 4711 110\r\n"
        .chars()
        .forEach(octet -> say(String.valueOf((char) octet)));
    assertThat(heard).containsExactly("active 2001:db8:0:0:0:0:0:1");
  }

  @Test
  void aProxyAnnouncesTheClientInVersionTwo() {
    connectBehindProxy();
    channel.writeInbound(
        Unpooled.copiedBuffer(VERSION_TWO + "!\u0011\0\f", ISO_8859_1),
        Unpooled.wrappedBuffer(
            new byte[] {(byte) 198, 51, 100, 1, (byte) 192, 0, 2, 9, 18, 103, 0, 110}));
    assertThat(heard).containsExactly("active 198.51.100.1");
  }

  @Test
  void aProxyThatSpeaksForItselfIsTheClient() {
    connectBehindProxy();
    channel.writeInbound(Unpooled.copiedBuffer(VERSION_TWO + " \0\0\0noop\r\n", ISO_8859_1));
    assertThat(heard).containsExactly("active 192.0.2.7", "noop");
  }

  @Test
  void anAddressThatIsDeniedIsNotGreetedWhetherAnnouncedOrNot() {
    connectBehindProxy();
    say("PROXY TCP4 198.51.100.66 192.0.2.9 4711 110\r\nnoop\r\n");
    assertThat(channel.isOpen()).isFalse();
    connect(
        new FrontDoor(
            addresses,
            reserves,
            Optional.empty(),
            false,
            new Access(List.of(Cidr.parse("198.51.100.0/24")), List.of()),
            List.of(),
            sessions,
            Optional.empty(),
            limits));
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEmpty();
    assertThat(heard).containsExactly("limit ACCESS", "limit ACCESS");
  }

  @Test
  void nobodyElseMayAnnounceClients() {
    connect(
        new FrontDoor(
            addresses,
            reserves,
            Optional.empty(),
            false,
            Access.DEFAULTS,
            List.of(Cidr.parse("203.0.113.0/24")),
            sessions,
            Optional.empty(),
            limits));
    assertThat(channel.isOpen()).isFalse();
    assertThat(said()).isEmpty();
    assertThat(heard).containsExactly("limit PROXY");
  }

  @Test
  void anAnnouncementThatIsNoneEndsTheConnection() {
    for (var first :
        List.of(
            "a LOGIN tea kettle\r\n",
            "PROXY TCP4 198.51.100.1\r\n",
            "PROXY TCP4 evil.example 192.0.2.9 1 2\r\n",
            "PROXY " + "x".repeat(200))) {
      heard.clear();
      connectBehindProxy();
      say(first);
      assertThat(channel.isOpen()).as(first).isFalse();
      assertThat(said()).as(first).isEmpty();
      assertThat(heard).as(first).containsExactly("limit PROXY");
    }
  }

  @Test
  void aProxyThatAnnouncesNobodyIsLeftAfterAMinute() {
    connectBehindProxy();
    pass(59);
    assertThat(heard).isEmpty();
    pass(1);
    assertThat(heard).containsExactly("Expired");
  }

  private FrontDoor plain() {
    return new FrontDoor(
        addresses,
        reserves,
        Optional.empty(),
        false,
        Access.DEFAULTS,
        List.of(),
        sessions,
        Optional.empty(),
        limits);
  }

  @Test
  void atNineTenthsOfTheMemoryNobodyElseIsLetIn() {
    buffers.set(900);
    connect(plain());
    assertThat(text(said())).isEqualTo("hello\r\n");
    buffers.set(901);
    connect(plain());
    assertThat(text(said())).isEqualTo("full\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("active 192.0.2.7", "limit BUFFER_MEMORY");
  }

  @Test
  void whenDescriptorsAreShortNobodyElseIsLetIn() {
    scarce.set(true);
    connect(plain());
    assertThat(text(said())).isEqualTo("full\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("limit DESCRIPTORS");
  }

  @Test
  void aStrangerWhoSendsMoreWhenMemoryIsFullIsClosed() {
    connect(plain());
    buffers.set(1000);
    say("one\r\n");
    buffers.set(1001);
    say("two\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("active 192.0.2.7", "one", "limit BUFFER_MEMORY");
  }

  @Test
  void aUserIsHeardAgainWhenThereIsMemory() {
    connect(plain());
    channel.pipeline().fireUserEventTriggered(AuthenticationHandler.SignedIn.SIGNED_IN);
    buffers.set(1001);
    say("one\r\ntwo\r\n");
    assertThat(channel.isOpen()).isTrue();
    assertThat(heard).doesNotContain("one");
    pass(1);
    assertThat(heard).doesNotContain("one");
    buffers.set(0);
    pass(1);
    assertThat(heard).endsWith("one", "two");
  }

  private void say(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    channel.runPendingTasks();
  }

  private byte[] said() {
    var all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    var octets = new byte[all.readableBytes()];
    all.readBytes(octets);
    return octets;
  }

  private static String text(byte[] octets) {
    return new String(octets, ISO_8859_1);
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  /// The JDK's TLS on the other side.
  private final class Client {
    private final SSLEngine engine;
    private ByteBuffer received = ByteBuffer.allocate(0);

    Client(String protocol) throws Exception {
      var context = SSLContext.getInstance("TLS");
      context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      engine = context.createSSLEngine();
      engine.setUseClientMode(true);
      var parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(
          protocol.isEmpty() ? new String[0] : new String[] {protocol});
      engine.setSSLParameters(parameters);
    }

    /// Sends the first message.
    void begin() throws Exception {
      send(ByteBuffer.allocate(0), false);
    }

    void handshake(boolean octetByOctet) throws Exception {
      for (int turn = 0; turn < 20; turn++) {
        switch (engine.getHandshakeStatus()) {
          case NEED_WRAP, NOT_HANDSHAKING -> {
            if (turn > 0
                && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
              return;
            }
            send(ByteBuffer.allocate(0), octetByOctet);
          }
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
          case NEED_TASK -> engine.getDelegatedTask().run();
          case FINISHED -> {
            return;
          }
        }
      }
    }

    void write(String text) throws Exception {
      send(ByteBuffer.wrap(text.getBytes(US_ASCII)), false);
    }

    String read() throws Exception {
      var text = new StringBuilder();
      for (int turn = 0; turn < 10 && text.isEmpty(); turn++) {
        text.append(text(unwrap()));
      }
      return text.toString();
    }

    private byte[] unwrap() throws Exception {
      var more = said();
      var all = ByteBuffer.allocate(received.remaining() + more.length).put(received).put(more);
      received = all.flip();
      var plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
      engine.unwrap(received, plain);
      return Arrays.copyOf(plain.array(), plain.position());
    }

    private void send(ByteBuffer plain, boolean octetByOctet) throws Exception {
      var out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(plain, out);
      var octets = Unpooled.copiedBuffer(out.flip());
      while (octetByOctet && octets.isReadable()) {
        channel.writeInbound(octets.readBytes(1));
      }
      channel.writeInbound(octets);
      channel.runPendingTasks();
    }
  }
}
