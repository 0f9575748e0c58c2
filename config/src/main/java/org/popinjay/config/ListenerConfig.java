package org.popinjay.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/// One listening socket and what is spoken on it.
public record ListenerConfig(
    @Setting(
            value =
                "What is spoken. `pop2+pop3` lets the first command decide; `pop2` is "
                    + "strict RFC 937.",
            required = true)
        Protocol protocol,
    @Setting(
            value =
                "Address and port. `*` is one dual-stack socket for all addresses, IPv4"
                    + " alone where IPv6 is off. Port 0 takes any free one. A name will do for"
                    + " the port: `*:pop3`; pop2, pop3, pop3s, imap, imaps and kpop are known,"
                    + " others by `/etc/services`.",
            required = true)
        BindAddress bind,
    @Setting("`implicit`: TLS from the first octet (RFC 8314); needs `tls.certificate`.") Tls tls,
    @Setting(
            value =
                "Networks of the proxies that announce the client's address by the "
                    + "PROXY protocol; from others it is refused.",
            empty = "false")
        List<Cidr> proxyProtocol,
    @Setting(
            "Free text of POP3 answers as this server gave it, for clients that look at"
                + " more than `+OK`.")
        Responses responses,
    @Setting("Who may connect; from others a connection is closed without a word.") Access access) {

  /// What a listener has unless it says otherwise. Protocol and address always come from the file.
  public static final ListenerConfig DEFAULTS =
      new ListenerConfig(
          Protocol.POP3,
          new BindAddress(BindAddress.ANY, 110),
          Tls.NONE,
          List.of(),
          Responses.POPINJAY,
          Access.DEFAULTS);

  /// Copies the list.
  public ListenerConfig {
    proxyProtocol = List.copyOf(proxyProtocol);
  }

  /// A plain listener with Popinjay's own wording.
  public static ListenerConfig plain(Protocol protocol, BindAddress bind) {
    return new ListenerConfig(
        protocol, bind, Tls.NONE, List.of(), Responses.POPINJAY, Access.DEFAULTS);
  }

  private static ListenerConfig implicitTls(Protocol protocol, BindAddress bind) {
    return new ListenerConfig(
        protocol, bind, Tls.IMPLICIT, List.of(), Responses.POPINJAY, Access.DEFAULTS);
  }

  /// Where a server listens whose operator wrote nothing: POP3 on 110, POP2 and POP3 on 109, IMAP
  /// on 143; with a certificate also POP3 on 995 and IMAP on 993 under TLS (RFC 8314).
  public static List<ListenerConfig> standard(boolean certificate) {
    var plain =
        List.of(
            plain(Protocol.POP3, new BindAddress(BindAddress.ANY, 110)),
            plain(Protocol.POP2_POP3, new BindAddress(BindAddress.ANY, 109)),
            plain(Protocol.IMAP, new BindAddress(BindAddress.ANY, 143)));
    if (!certificate) {
      return plain;
    }
    return List.of(
        plain.get(0),
        plain.get(1),
        plain.get(2),
        implicitTls(Protocol.POP3, new BindAddress(BindAddress.ANY, 995)),
        implicitTls(Protocol.IMAP, new BindAddress(BindAddress.ANY, 993)));
  }

  /// Addresses that may connect to a listener; of announced ones (`proxyProtocol`) the announced
  /// one counts.
  public record Access(
      @Setting("Networks that may connect. None: all.") List<Cidr> allow,
      @Setting("Networks that may not, even if they are among `allow`.") List<Cidr> deny) {

    /// Everybody.
    public static final Access DEFAULTS = new Access(List.of(), List.of());

    /// Copies the lists.
    public Access {
      allow = List.copyOf(allow);
      deny = List.copyOf(deny);
    }

    /// Whether a client may connect.
    public boolean admits(InetAddress client) {
      return (allow.isEmpty() || allow.stream().anyMatch(network -> network.contains(client)))
          && deny.stream().noneMatch(network -> network.contains(client));
    }
  }

  /// Protocols of a listener.
  public enum Protocol {
    /// RFC 937 only.
    POP2("pop2"),
    /// RFC 1939.
    POP3("pop3"),
    /// RFC 937 or RFC 1939, as the first command tells.
    POP2_POP3("pop2+pop3"),
    /// RFC 9051 and RFC 3501.
    IMAP("imap");

    private final String word;

    Protocol(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /// When TLS starts.
  public enum Tls {
    /// In the clear, until the client asks by STLS or STARTTLS where a certificate is set.
    NONE,
    /// At once.
    IMPLICIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whose free text the POP3 answers carry.
  public enum Responses {
    /// Our own.
    POPINJAY,
    /// Berkeley popper 1.83.
    POPPER,
    /// qpopper 2.53.
    QPOPPER,
    /// UW ipop3d.
    UW;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
