package org.popinjay.imap.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LegacyConfig;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.wire.AuthenticationHandler;
import org.popinjay.wire.Connection;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.IdleTimes;
import org.popinjay.wire.KnownPeer;

/// Makes the pipeline of each new IMAP connection. One instance a listener.
public final class ImapPipeline extends ChannelInitializer<Channel> {
  private final ImapService service;
  private final FrontDoor door;
  private final boolean telnet;
  private final @Nullable Function<Channel, KnownPeer> peers;
  private final IdleTimes times;
  private final WriteBufferWaterMark waterMark;
  private final FrameLimits strangers;

  /// For everybody, and in the clear.
  ///
  /// @param service what all connections share
  public ImapPipeline(ImapService service) {
    this(service, LegacyConfig.DEFAULTS, FrontDoor.plain(service.facilities()));
  }

  /// @param service what all connections share
  /// @param legacy what old clients may need
  /// @param door what stands between the listener and them
  public ImapPipeline(ImapService service, LegacyConfig legacy, FrontDoor door) {
    this(service, legacy, door, null);
  }

  private ImapPipeline(
      ImapService service,
      LegacyConfig legacy,
      FrontDoor door,
      @Nullable Function<Channel, KnownPeer> peers) {
    this.peers = peers;
    this.service = service;
    this.telnet = legacy.telnet();
    this.door = door;
    this.times =
        IdleTimes.of(service.facilities().limits(), service.everybody().settings().idleTimeout());
    this.waterMark = Connection.output(service.facilities().limits());
    this.strangers = FrameLimits.beforeSignIn(service.facilities().limits());
  }

  /// For connections that begin signed in (RFC 9051, section 7.1.4).
  ///
  /// @param peers says who is on the other side
  public static ImapPipeline preauth(
      ImapService service, FrontDoor door, Function<Channel, KnownPeer> peers) {
    return new ImapPipeline(service, LegacyConfig.DEFAULTS, door, peers);
  }

  @Override
  protected void initChannel(Channel channel) {
    var config = channel.config();
    config.setWriteBufferWaterMark(waterMark);
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);

    var gate = new SessionGate();
    var decoder = new ImapFrameDecoder(strangers, gate);
    if (telnet) {
      decoder.dropTelnetRequests();
    }
    var connection =
        new Connection(
            channel,
            OverheardImap.LANGUAGE,
            service.facilities().ids().next(),
            decoder,
            times,
            service.facilities().events());
    gate.of(connection);
    decoder.tellOfExcess(excess -> connection.limitReached(excess.limit()));
    door.receive(
        connection,
        out -> new ImapResponseWriter(out, ImapDialect.REV1).write(LastWords.TOO_MANY_CONNECTIONS),
        decoder,
        new AuthenticationHandler<>(
            connection,
            new ImapSignIn(
                service, connection, decoder, gate, peers == null ? null : peers.apply(channel)),
            service.facilities(),
            service.facilities().settings().auth().maxFailures()));
  }
}
