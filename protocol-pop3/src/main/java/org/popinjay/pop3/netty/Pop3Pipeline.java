package org.popinjay.pop3.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.config.LegacyConfig;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.response.Pop3ResponseEncoder;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.SignInDialogue;

/// Makes the pipeline of each new POP3 connection. One instance a listener.
public final class Pop3Pipeline extends LinePipeline {
  private final Pop3Service service;
  private final Pop3Readers readers;

  /// For everybody, and in the clear.
  ///
  /// @param service what all connections share
  public Pop3Pipeline(Pop3Service service) {
    this(service, LegacyConfig.DEFAULTS, FrontDoor.plain(service.facilities()));
  }

  /// @param service what all connections share
  /// @param legacy what old clients may need
  /// @param door what stands between the listener and them
  public Pop3Pipeline(Pop3Service service, LegacyConfig legacy, FrontDoor door) {
    this(service, legacy, door, Pop3Readers.of(service.facilities().limits()));
  }

  private Pop3Pipeline(
      Pop3Service service, LegacyConfig legacy, FrontDoor door, Pop3Readers readers) {
    super(service, door, OverheardPop3.LANGUAGE, readers.commands(), legacy.telnet());
    this.service = service;
    this.readers = readers;
  }

  @Override
  protected SignInDialogue<?> dialogue(Connection connection, CrlfLineDecoder decoder) {
    return new Pop3SignIn(service, connection, decoder, readers);
  }

  @Override
  protected void refuse(ByteBuf out) {
    Pop3ResponseEncoder.encode(Wording.TOO_MANY_CONNECTIONS, out);
  }
}
