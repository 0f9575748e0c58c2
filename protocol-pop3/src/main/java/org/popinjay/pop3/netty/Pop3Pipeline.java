package org.popinjay.pop3.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.response.Pop3ResponseEncoder;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.AuthenticationHandler;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.IdleTimes;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.SaslLineReader;

/// Makes the pipeline of each new POP3 connection. One instance a listener.
public final class Pop3Pipeline extends ChannelInitializer<Channel> {
  private final Pop3Service service;
  private final FrontDoor door;
  private final IdleTimes times;
  private final WriteBufferWaterMark waterMark;
  private final LineReader commands;
  private final LineReader responses;

  /// For everybody, and in the clear.
  ///
  /// @param service what all connections share
  public Pop3Pipeline(Pop3Service service) {
    this(service, FrontDoor.plain(service.addresses(), service.sessionEvents()));
  }

  /// @param service what all connections share
  /// @param door what stands between the listener and them
  public Pop3Pipeline(Pop3Service service, FrontDoor door) {
    this.service = service;
    this.door = door;
    this.times = IdleTimes.of(service.limits(), service.settings().idleTimeout());
    int high = (int) service.limits().outputHighWater().octets();
    this.waterMark = new WriteBufferWaterMark(high / 2, high);
    int saslLine = (int) service.limits().saslLineOctets().octets();
    this.commands = new Pop3CommandDecoder(saslLine);
    this.responses = new SaslLineReader(saslLine);
  }

  @Override
  protected void initChannel(Channel channel) {
    var config = channel.config();
    config.setWriteBufferWaterMark(waterMark);
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);

    var decoder = new CrlfLineDecoder((int) service.limits().pop3LineOctets().octets(), commands);
    var connection =
        new Connection(
            channel,
            OverheardPop3.LANGUAGE,
            service.ids().next(),
            decoder,
            times,
            service.sessionEvents());
    door.receive(
        connection,
        out -> Pop3ResponseEncoder.encode(Wording.TOO_MANY_CONNECTIONS, out),
        decoder,
        new AuthenticationHandler<>(
            connection,
            new Pop3SignIn(service, connection, decoder, commands, responses),
            service.authenticator(),
            user -> service.permits().lane(user, service.lanes()),
            service.wording().failuresMax(service.auth().maxFailures()),
            service.limits(),
            service.sessionEvents()));
  }
}
