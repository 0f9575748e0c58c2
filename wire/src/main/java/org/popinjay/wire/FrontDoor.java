package org.popinjay.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.popinjay.config.Cidr;
import org.popinjay.config.ListenerConfig;
import org.popinjay.wire.names.NameCheck;
import org.popinjay.wire.tls.TlsUpgrade;

/// What stands between a listening socket and a protocol: who may connect, how many, for how long,
/// and under TLS or not. One instance a listener.
///
/// Each duty is a handler ahead of the one that cuts commands, so that no protocol can get around
/// it: the proxy's announcement, access, counts, the clock, the output, TLS.
///
/// @param addresses counts connections; shared by all listeners
/// @param reserves what all connections together may use up; shared by all listeners
/// @param tls TLS of the protocol; empty where there is no certificate
/// @param implicit whether TLS begins at once
/// @param access who may connect
/// @param proxies networks of the proxies that announce clients; empty where none does
/// @param sessions has the connections that are let in; shared by all listeners
/// @param names finds out the name of a client that was greeted; shared by all listeners
/// @param events hears of what is refused
public record FrontDoor(
    AddressLimits addresses,
    Reserves reserves,
    Optional<TlsUpgrade> tls,
    boolean implicit,
    ListenerConfig.Access access,
    List<Cidr> proxies,
    OpenSessions sessions,
    Optional<NameCheck> names,
    SessionEvents events) {
  /// Name of the handler that cuts commands.
  public static final String COMMANDS = "commands";

  static final String LAST_IN_THE_CLEAR = "gate";

  /// Copies the list.
  public FrontDoor {
    proxies = List.copyOf(proxies);
    if (implicit && tls.isEmpty()) {
      throw new IllegalArgumentException("implicit TLS without a certificate");
    }
  }

  /// For everybody, and in the clear.
  public static FrontDoor plain(Facilities facilities) {
    return new FrontDoor(
        facilities.addresses(),
        Reserves.PLENTY,
        Optional.empty(),
        false,
        ListenerConfig.Access.DEFAULTS,
        List.of(),
        new OpenSessions(),
        Optional.empty(),
        facilities.events());
  }

  /// Puts a new connection together.
  ///
  /// @param refusal writes the first and last words to a client that is one too many; nothing is
  ///   said where TLS begins at once
  /// @param commands cuts commands
  /// @param first has them from there
  public void receive(
      Connection connection,
      Consumer<ByteBuf> refusal,
      ChannelHandler commands,
      ChannelHandler first) {
    ChannelPipeline pipeline = connection.channel().pipeline();
    if (!proxies.isEmpty()) {
      pipeline.addLast(new ProxyProtocolHandler(connection, proxies, events));
    }
    if (!access.equals(ListenerConfig.Access.DEFAULTS)) {
      pipeline.addLast(new AccessHandler(connection, access, events));
    }
    pipeline
        .addLast(
            new ConnectionLimitHandler(
                connection, addresses, reserves, sessions, events, implicit ? _ -> {} : refusal))
        .addLast(new MemoryGuard(connection, reserves))
        .addLast("autologout", connection.autologout())
        .addLast(LAST_IN_THE_CLEAR, connection.gate())
        .addLast(COMMANDS, commands)
        .addLast(first);
    names.ifPresent(connection::lookedUpBy);
    connection.holdOutputLow();
    if (implicit) {
      connection.secure(tls.orElseThrow(), true);
    } else {
      tls.ifPresent(connection::offer);
    }
  }
}
