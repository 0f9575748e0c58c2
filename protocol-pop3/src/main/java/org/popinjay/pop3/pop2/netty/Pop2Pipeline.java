package org.popinjay.pop3.pop2.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.netty.LinePipeline;
import org.popinjay.pop3.pop2.response.Pop2Response.Minus;
import org.popinjay.pop3.pop2.response.Pop2ResponseEncoder;
import org.popinjay.pop3.pop2.response.Wrapping;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.SignInDialogue;

/// Makes the pipeline of each new connection where nothing but POP2 is spoken. One instance a
/// listener.
public final class Pop2Pipeline extends LinePipeline {
  private final Pop3Service service;
  private final Wrapping wrapping;

  /// @param service what all connections share
  /// @param legacy what old clients may need
  /// @param profile of the listener
  /// @param door what stands between the listener and them
  public Pop2Pipeline(Pop3Service service, LegacyConfig legacy, Responses profile, FrontDoor door) {
    super(service, door, OverheardPop2.LANGUAGE, new Pop2CommandDecoder(), legacy.telnet());
    this.service = service;
    this.wrapping = Wrapping.of(legacy, profile);
  }

  @Override
  protected SignInDialogue<?> dialogue(Connection connection, CrlfLineDecoder decoder) {
    return new Pop2SignIn(service, wrapping, connection);
  }

  @Override
  protected void refuse(ByteBuf out) {
    Pop2ResponseEncoder.encode(Minus.of(Wording.TOO_MANY_CONNECTIONS), out);
  }
}
