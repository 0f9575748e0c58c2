package org.popinjay.wire;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.popinjay.auth.sasl.ChannelBinding;
import org.popinjay.auth.sasl.SaslSurroundings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the handlers of one connection share: its name, its peer, its way in and its way out.
public final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final Channel channel;
  private final SessionId id;
  private final Intake intake;
  private final AutologoutHandler autologout;
  private final WriteGate gate;
  private final ResponseSink sink;
  private final SessionEvents events;
  private boolean limitLogged;

  /// Makes the parts that every connection has; the pipeline puts [#autologout] and [#gate] into
  /// place.
  public Connection(
      Channel channel, SessionId id, Intake intake, IdleTimes times, SessionEvents events) {
    this.channel = channel;
    this.events = events;
    this.id = id;
    this.intake = intake;
    this.autologout = new AutologoutHandler(times);
    this.gate = new WriteGate(times.writeStall());
    this.sink = new ResponseSink(channel, gate);
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

  /// Address of the client; the loopback address for channels that have none.
  public InetAddress address() {
    return channel.remoteAddress() instanceof InetSocketAddress socket
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  /// Reports that the client ran into a limit: each time for metrics, the first time in the log.
  /// From the thread that runs the session's commands, or the event loop while none runs.
  public void limitReached(SessionEvents.Limit limit) {
    events.limitReached(limit);
    if (!limitLogged) {
      limitLogged = true;
      LOG.warn("session {} from {}: limit {}", id, address().getHostAddress(), limit);
    }
  }

  /// Counts that a client ran into a limit as any client may, so that the log need not say it.
  public void limitCounted(SessionEvents.Limit limit) {
    events.limitReached(limit);
  }

  /// Whether what is sent is encrypted.
  public boolean encrypted() {
    return channel.pipeline().get(SslHandler.class) != null;
  }

  /// What a SASL exchange may know of it.
  ///
  /// @param passwordsAllowed whether the client may send a password as it is
  public SaslSurroundings saslSurroundings(String protocol, String host, boolean passwordsAllowed) {
    return new SaslSurroundings(
        address(), protocol, host, passwordsAllowed, ChannelBinding.NONE, Optional.empty());
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
