package org.popinjay.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.sasl.ChannelBinding;
import org.popinjay.auth.sasl.SaslSurroundings;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.names.NameCheck;
import org.popinjay.wire.tls.TlsSession;
import org.popinjay.wire.tls.TlsUpgrade;
import org.popinjay.wire.trace.Language;
import org.popinjay.wire.trace.Tap;
import org.popinjay.wire.trace.TraceLine;
import org.popinjay.wire.trace.TraceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the handlers of one connection share: its name, its peer, its way in and its way out.
public final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /// Output that may wait for a client that is not signed in, in octets: some dozens of answers.
  private static final WriteBufferWaterMark STRANGERS_OUTPUT =
      new WriteBufferWaterMark(8 * 1024, 16 * 1024);

  private final Channel channel;
  private final SessionId id;
  private final Intake intake;
  private final AutologoutHandler autologout;
  private final WriteGate gate;
  private final ResponseSink sink;
  private final SessionEvents events;
  private final Language language;
  private final long began = System.nanoTime();
  private final AtomicBoolean limitLogged = new AtomicBoolean();
  private volatile InetAddress address;
  private volatile String protocol;
  private volatile @Nullable String name;
  private @Nullable NameCheck names;
  private @Nullable TlsUpgrade upgrade;
  private volatile @Nullable TlsSession tls;

  private @Nullable OpenSessions list;
  private @Nullable Tap tap;
  private volatile @Nullable String user;
  private volatile @Nullable Occupant occupant;

  /// Makes the parts that every connection has; the pipeline puts [#autologout] and [#gate] into
  /// place.
  ///
  /// @param language what is spoken on it
  public Connection(
      Channel channel,
      Language language,
      SessionId id,
      Intake intake,
      IdleTimes times,
      SessionEvents events) {
    this.channel = channel;
    this.language = language;
    this.protocol = language.name();
    this.events = events;
    this.id = id;
    this.address =
        channel.remoteAddress() instanceof InetSocketAddress socket
            ? socket.getAddress()
            : InetAddress.getLoopbackAddress();
    this.intake = intake;
    this.autologout = new AutologoutHandler(times);
    this.gate = new WriteGate(times.writeStall());
    this.sink = new ResponseSink(channel, gate, autologout);
  }

  /// The channel.
  public Channel channel() {
    return channel;
  }

  /// The event loop of the channel.
  public EventLoop loop() {
    return channel.eventLoop();
  }

  /// Its name in logs.
  public SessionId id() {
    return id;
  }

  /// Address of the client; the loopback address for channels that have none. Where a proxy
  /// announces clients it is known from the greeting on.
  public InetAddress address() {
    return address;
  }

  /// Name of the client's host, where it is looked up and leads back to the address; for the log
  /// alone.
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /// Has the name be looked up by somebody.
  void lookedUpBy(NameCheck check) {
    names = check;
  }

  /// The client has its greeting, so that what is nice to know about it may be found out.
  void greeted() {
    if (names != null) {
      names.begin(address, found -> name = found);
    }
  }

  /// Takes the address that a trusted proxy announced.
  void announced(InetAddress client) {
    address = client;
  }

  /// Reports that the client ran into a limit: each time for metrics, the first time in the log.
  /// From any thread.
  public void limitReached(SessionEvents.Limit limit) {
    events.limitReached(limit);
    if (!limitLogged.getAndSet(true)) {
      LOG.warn("session {} from {}: limit {}", id, address().getHostAddress(), limit);
    }
  }

  /// Octets of answers that wait for the client. On the event loop.
  public long waitingOutput() {
    var output = channel.unsafe().outboundBuffer();
    return output == null ? 0 : output.totalPendingWriteBytes();
  }

  /// Counts that a client ran into a limit as any client may, so that the log need not say it.
  public void limitCounted(SessionEvents.Limit limit) {
    events.limitReached(limit);
  }

  /// Whether what is sent is encrypted. Holds from the end of the handshake on.
  public boolean encrypted() {
    return tls != null;
  }

  /// Whether the client may ask for TLS now (RFC 9051, section 6.2.1; RFC 2595, section 4).
  public boolean upgradable() {
    return upgrade != null;
  }

  /// What was agreed upon in the handshake; nothing in the clear.
  public Optional<TlsSession> tls() {
    return Optional.ofNullable(tls);
  }

  /// What ties a sign-in to this connection.
  public ChannelBinding channelBinding() {
    return tls().map(TlsSession::binding).orElse(ChannelBinding.NONE);
  }

  /// Lets the client ask for TLS.
  void offer(TlsUpgrade offered) {
    upgrade = offered;
  }

  /// Has everything from the next octet on be under TLS. What has been sent stays as it is; nothing
  /// may have come.
  ///
  /// @param greets whether the server speaks first inside
  void secure(TlsUpgrade by, boolean greets) {
    upgrade = null;
    by.insert(channel.pipeline(), FrontDoor.LAST_IN_THE_CLEAR, greets, agreed -> tls = agreed);
  }

  /// As a client asked for that [#upgradable] allows.
  void secure() {
    if (upgrade == null) {
      throw new IllegalStateException("TLS was not offered");
    }
    secure(upgrade, false);
  }

  /// Has less output wait for a client until it is signed in.
  void holdOutputLow() {
    channel.config().setWriteBufferWaterMark(STRANGERS_OUTPUT);
  }

  /// Has the limits of a user hold from now on. On the event loop.
  ///
  /// @param silence that ends the session
  void allow(LimitsConfig limits, Duration silence) {
    channel.config().setWriteBufferWaterMark(output(limits));
    autologout.allow(silence);
    gate.allow(limits.writeStallTimeout());
  }

  /// How much output may wait for a user, whose session then pauses until half of it is gone.
  public static WriteBufferWaterMark output(LimitsConfig limits) {
    int high = (int) limits.outputHighWater().octets();
    return new WriteBufferWaterMark(high / 2, high);
  }

  /// Puts a handler next to the network, or to TLS where there is TLS.
  public void putNextToNetwork(ChannelHandler handler) {
    var next = tls == null ? FrontDoor.LAST_IN_THE_CLEAR : TlsUpgrade.LAST;
    channel.pipeline().addAfter(next, null, handler);
  }

  /// What a SASL exchange may know of it.
  ///
  /// @param passwordsAllowed whether the client may send a password as it is
  public SaslSurroundings saslSurroundings(String protocol, String host, boolean passwordsAllowed) {
    return new SaslSurroundings(
        address(),
        protocol,
        host,
        passwordsAllowed,
        channelBinding(),
        tls().flatMap(TlsSession::clientName));
  }

  // For operators.

  /// How it is now. From any thread.
  SessionView view() {
    var session = occupant;
    var agreed = tls;
    return new SessionView(
        id,
        protocol,
        address,
        channel.remoteAddress() instanceof InetSocketAddress socket
                && socket.getAddress().equals(address)
            ? socket.getPort()
            : 0,
        agreed == null ? Optional.empty() : Optional.of(agreed.version()),
        Duration.ofNanos(System.nanoTime() - began),
        user(),
        session == null ? Optional.empty() : session.mailbox(),
        session == null ? SessionState.SIGNING_IN : session.state(),
        autologout.silence(),
        intake.receivedOctets(),
        sink.sentOctets());
  }

  /// Who is signed in. From any thread.
  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  /// Which of several protocols is spoken was found out. On the event loop.
  public void speaks(String found) {
    protocol = found;
  }

  /// It is among those that operators see.
  void listedIn(OpenSessions sessions) {
    list = sessions;
  }

  /// Somebody is about to hear that he is signed in. On the lane of the user; may block.
  void admits(String name) {
    if (list != null) {
      list.admits(this, protocol, name);
    }
  }

  /// Somebody is signed in on it.
  void signedIn(String name) {
    user = name;
    if (list != null) {
      list.signedIn(this);
    }
  }

  /// A session goes on here.
  void occupiedBy(Occupant session) {
    occupant = session;
  }

  /// Has it overheard, if it is not already.
  void beginTap(TraceListener listener) {
    if (tap == null) {
      var begun = new Tap(language, id.toString(), listener);
      tap = begun;
      intake.overheardBy(begun);
      sink.overheardBy(begun);
    }
  }

  /// What it is, for somebody who looks on.
  TraceLine introduction() {
    return TraceLine.note(
        id.toString(),
        protocol
            + " from "
            + address.getHostAddress()
            + tls().map(agreed -> " under " + agreed.version()).orElse("")
            + user().map(name -> ", user " + name).orElse(""));
  }

  /// Has it overheard no more.
  void endTap() {
    if (tap != null) {
      tap = null;
      intake.overheardBy(null);
      sink.overheardBy(null);
    }
  }

  /// Where commands come from.
  public Intake intake() {
    return intake;
  }

  /// Where answers go.
  public ResponseSink sink() {
    return sink;
  }

  /// Watches the client's time.
  public AutologoutHandler autologout() {
    return autologout;
  }

  /// Watches the client's reading.
  public WriteGate gate() {
    return gate;
  }
}
