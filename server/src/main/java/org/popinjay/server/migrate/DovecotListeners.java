package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import org.popinjay.server.migrate.DovecotNode.Assignment;
import org.popinjay.server.migrate.DovecotNode.Section;

/// What Dovecot listens on, with the defaults that it does not write down.
final class DovecotListeners {
  private final SettingsText ours;
  private final Map<String, Socket> sockets = new LinkedHashMap<>();
  private List<String> protocols = List.of("imap", "pop3");
  private List<String> addresses = List.of("*");
  private List<String> proxies = List.of();

  private static final class Socket {
    final String protocol;
    final boolean tls;
    String from = "a default of Dovecot";
    String port;
    List<String> addresses = List.of();
    boolean behindProxy;

    Socket(String protocol, boolean tls, String port) {
      this.protocol = protocol;
      this.tls = tls;
      this.port = port;
    }
  }

  DovecotListeners(SettingsText ours) {
    this.ours = ours;
    sockets.put("imap", new Socket("imap", false, "143"));
    sockets.put("imaps", new Socket("imap", true, "993"));
    sockets.put("pop3", new Socket("pop3", false, "110"));
    sockets.put("pop3s", new Socket("pop3", true, "995"));
  }

  /// `protocols`.
  void protocols(String value, String from) {
    protocols = new ArrayList<>();
    for (var name : words(value)) {
      if (Set.of("imap", "pop3").contains(name)) {
        protocols.add(name);
      } else if (!name.equals("none")) {
        ours.miss(
            from + ": " + name, "Popinjay speaks POP3 and IMAP; keep the other server for it");
      }
    }
  }

  /// `listen`.
  void addresses(String value) {
    addresses = hosts(value);
  }

  /// `haproxy_trusted_networks`.
  void proxies(String value) {
    proxies = words(value);
  }

  /// `service imap-login` and `service pop3-login`; false for any other.
  boolean service(Section service) {
    if (!Set.of("imap-login", "pop3-login").contains(service.name())) {
      return false;
    }
    for (var node : service.nodes()) {
      switch (node) {
        case Section(var kind, var name, var nodes, var place)
            when kind.equals("inet_listener") && sockets.containsKey(name) ->
            socket(
                java.util.Objects.requireNonNull(sockets.get(name)),
                nodes,
                "inet_listener " + name + ", " + place);
        case Section section when section.isEmpty() -> {}
        case Section section ->
            ours.miss(
                service.name() + ": " + section.kind() + " " + section.name(),
                "write it into listeners by hand");
        case Assignment(var key, _, var place) ->
            ours.miss(service.name() + ": " + key + ", " + place, DovecotHints.ofBlock("service"));
        case DovecotNode.Unread(var line, var place) -> ours.miss(line, "not understood, " + place);
      }
    }
    return true;
  }

  private void socket(Socket socket, List<DovecotNode> nodes, String from) {
    for (var node : nodes) {
      if (node instanceof Assignment(var key, var value, _)) {
        socket.from = from;
        switch (key) {
          case "port" -> socket.port = value;
          case "address", "listen" -> socket.addresses = hosts(value);
          case "haproxy" -> socket.behindProxy = value.equals("yes");
          case "ssl" -> {
            if (value.equals("yes") != socket.tls) {
              ours.miss(from + ": ssl", "write the listener by hand with tls: implicit or none");
            }
          }
          default -> ours.miss(from + ": " + key, "not known to this import");
        }
      }
    }
  }

  /// Writes them down.
  ///
  /// @param tls whether there is a certificate
  /// @param tlsWanted whether there should be one
  void write(boolean tls, boolean tlsWanted) {
    for (var socket : sockets.values()) {
      if (!protocols.contains(socket.protocol) || socket.port.equals("0")) {
        continue;
      }
      if (socket.tls && !tls) {
        if (tlsWanted) {
          ours.miss(
              "port " + socket.port,
              "TLS needs tls.certificate and tls.key; then add the listener");
        }
        continue;
      }
      for (var host : socket.addresses.isEmpty() ? addresses : socket.addresses) {
        ours.item("listeners", entries(socket, host), socket.from);
      }
    }
  }

  private String entries(Socket socket, String host) {
    var entries = new StringBuilder("protocol: ").append(socket.protocol);
    entries.append(", bind: ").append(SettingsText.quoted(host + ":" + socket.port));
    if (socket.tls) {
      entries.append(", tls: implicit");
    }
    if (socket.behindProxy) {
      if (proxies.isEmpty()) {
        ours.miss("haproxy of port " + socket.port, "proxyProtocol needs the networks of proxies");
      } else {
        var networks = proxies.stream().map(SettingsText::quoted).toList();
        entries.append(", proxyProtocol: [").append(String.join(", ", networks)).append(']');
      }
    }
    return entries.toString();
  }

  /// Addresses as we write them; all of both families is one.
  private static List<String> hosts(String value) {
    var hosts = new ArrayList<String>();
    for (var host : words(value)) {
      if (host.equals("*") || host.equals("::") || host.equals("[::]")) {
        if (!hosts.contains("*")) {
          hosts.add("*");
        }
      } else {
        hosts.add(host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host);
      }
    }
    return hosts;
  }

  /// Words between blanks and commas.
  static List<String> words(String value) {
    var words = new ArrayList<String>();
    var tokens = new StringTokenizer(value, " ,\t");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }
}
