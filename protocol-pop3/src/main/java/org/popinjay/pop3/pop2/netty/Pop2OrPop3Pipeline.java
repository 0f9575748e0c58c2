package org.popinjay.pop3.pop2.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.netty.LinePipeline;
import org.popinjay.pop3.netty.Pop3Readers;
import org.popinjay.pop3.netty.Pop3SignIn;
import org.popinjay.pop3.pop2.response.Wrapping;
import org.popinjay.pop3.response.Pop3ResponseEncoder;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.SignInDialogue;

/// Makes the pipeline of each new connection where POP2 or POP3 is spoken, as the first command
/// tells: port 109 of old. One instance a listener.
public final class Pop2OrPop3Pipeline extends LinePipeline {
  private final Pop3Service service;
  private final Wrapping wrapping;
  private final Pop3Readers pop3;
  private final Pop2CommandDecoder pop2;

  /// @param service what all connections share
  /// @param legacy what old clients may need
  /// @param profile of the listener
  /// @param door what stands between the listener and them
  public Pop2OrPop3Pipeline(
      Pop3Service service, LegacyConfig legacy, Responses profile, FrontDoor door) {
    this(
        service,
        legacy,
        Wrapping.of(legacy, profile),
        door,
        new Pop2CommandDecoder(),
        Pop3Readers.of(service.facilities().limits()));
  }

  private Pop2OrPop3Pipeline(
      Pop3Service service,
      LegacyConfig legacy,
      Wrapping wrapping,
      FrontDoor door,
      Pop2CommandDecoder pop2,
      Pop3Readers pop3) {
    super(
        service,
        door,
        OverheardPop2.EITHER,
        new FirstLineReader(pop2, pop3.commands()),
        legacy.telnet());
    this.service = service;
    this.wrapping = wrapping;
    this.pop2 = pop2;
    this.pop3 = pop3;
  }

  @Override
  protected SignInDialogue<?> dialogue(Connection connection, CrlfLineDecoder decoder) {
    return new Pop2OrPop3SignIn(
        Pop3SignIn.withoutApop(service, connection, decoder, pop3),
        () -> led(connection, new Pop2SignIn(service, wrapping, connection)),
        service.facilities().host(),
        connection,
        decoder,
        pop2,
        pop3.commands());
  }

  @Override
  protected void refuse(ByteBuf out) {
    Pop3ResponseEncoder.encode(Wording.TOO_MANY_CONNECTIONS, out);
  }
}
