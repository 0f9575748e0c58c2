package org.popinjay.pop3.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.wire.AuthenticationHandler;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.IdleTimes;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.SignInDialogue;
import org.popinjay.wire.trace.Language;

/// Makes the pipeline of each new connection on which lines are spoken that get at a maildrop. One
/// instance a listener.
public abstract class LinePipeline extends ChannelInitializer<Channel> {
  private final Pop3Service service;
  private final FrontDoor door;
  private final Language language;
  private final LineReader first;
  private final boolean telnet;
  private final IdleTimes times;
  private final WriteBufferWaterMark waterMark;

  /// @param service what all connections share
  /// @param door what stands between the listener and them
  /// @param language what is spoken on them
  /// @param first reads the first line
  /// @param telnet whether option requests of telnet programs are dropped
  protected LinePipeline(
      Pop3Service service, FrontDoor door, Language language, LineReader first, boolean telnet) {
    this.service = service;
    this.door = door;
    this.language = language;
    this.first = first;
    this.telnet = telnet;
    this.times =
        IdleTimes.of(
            service.facilities().limits(), service.facilities().settings().pop3().idleTimeout());
    this.waterMark = Connection.output(service.facilities().limits());
  }

  /// Who leads a new connection until somebody is signed in.
  protected abstract SignInDialogue<?> dialogue(Connection connection, CrlfLineDecoder decoder);

  /// Writes the first and last words to a client that is one too many.
  protected abstract void refuse(ByteBuf out);

  /// Has a dialogue led to its end.
  protected final <R> AuthenticationHandler<R> led(
      Connection connection, SignInDialogue<R> dialogue) {
    return new AuthenticationHandler<>(
        connection,
        dialogue,
        service.facilities(),
        service.wording().failuresMax(service.facilities().settings().auth().maxFailures()));
  }

  @Override
  protected final void initChannel(Channel channel) {
    var config = channel.config();
    config.setWriteBufferWaterMark(waterMark);
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);

    var decoder =
        new CrlfLineDecoder((int) service.facilities().limits().pop3LineOctets().octets(), first);
    if (telnet) {
      decoder.dropTelnetRequests();
    }
    var connection =
        new Connection(
            channel,
            language,
            service.facilities().ids().next(),
            decoder,
            times,
            service.facilities().events());
    door.receive(connection, this::refuse, decoder, led(connection, dialogue(connection, decoder)));
  }
}
