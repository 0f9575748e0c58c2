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
/// @param socket where inetd listens
/// @param idle after which inetd is to listen again
public record InetdService(Protocol protocol, Tls tls, InheritedSocket socket, Duration idle) {

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
    return new InetdService(protocol, implicit ? Tls.IMPLICIT : Tls.NONE, socket, idle);
  }

  /// What the settings say of it: wording, addresses and proxies are those of the listener of this
  /// protocol and kind of TLS, of several that on this port, else the first. Where there is none
  /// they are those of a listener that says nothing.
  ListenerConfig listener(List<ListenerConfig> configured) {
    var address = socket.address().getAddress();
    int port = socket.address().getPort();
    var bind =
        new BindAddress(
            address.isAnyLocalAddress() ? BindAddress.ANY : address.getHostAddress(), port);
    var alike =
        configured.stream().filter(one -> one.protocol() == protocol && one.tls() == tls).toList();
    var like =
        alike.stream()
            .filter(one -> one.bind().port() == port)
            .findFirst()
            .or(() -> alike.stream().findFirst())
            .orElse(ListenerConfig.DEFAULTS);
    return new ListenerConfig(
        protocol, bind, tls, like.proxyProtocol(), like.responses(), like.access());
  }
}
