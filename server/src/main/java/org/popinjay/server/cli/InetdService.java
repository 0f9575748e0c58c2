package org.popinjay.server.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.ListenerConfig.Protocol;
import org.popinjay.config.ListenerConfig.Tls;
import org.popinjay.server.supervisor.InheritedSocket;

/// The one service that is given on behalf of inetd, in the place of all listeners.
///
/// @param listener what the settings would say of it
/// @param socket where inetd listens
/// @param idle after which inetd is to listen again
public record InetdService(ListenerConfig listener, InheritedSocket socket, Duration idle) {

  /// What may be served so: `pop3`, `imaps`, and so on.
  static final List<String> NAMES = List.of("pop2", "pop3", "pop3s", "pop2+pop3", "imap", "imaps");

  /// @param name one of [#NAMES]
  static InetdService of(String name, InheritedSocket socket, Duration idle) {
    boolean implicit = name.endsWith("s");
    var protocol =
        Arrays.stream(Protocol.values())
            .filter(one -> name.equals(one + (implicit ? "s" : "")))
            .findFirst()
            .orElseThrow();
    var host = socket.address().getAddress();
    var bind =
        new BindAddress(
            host.isAnyLocalAddress() ? BindAddress.ANY : host.getHostAddress(),
            socket.address().getPort());
    var plain = ListenerConfig.plain(protocol, bind);
    return new InetdService(
        new ListenerConfig(
            protocol,
            bind,
            implicit ? Tls.IMPLICIT : Tls.NONE,
            plain.proxyProtocol(),
            plain.responses(),
            plain.access()),
        socket,
        idle);
  }
}
