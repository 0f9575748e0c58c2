package org.popinjay.wire.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.TlsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates of the server, ready for use, and read anew when their files change.
///
/// A session keeps what it was opened with. When new files are bad, the old ones stay in use and
/// the log says why. Choosing is for any thread and never blocks; [#lookAgain] and [#reload] block
/// on the disk.
public final class TlsContexts {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

  /// Protocols that are spoken under TLS, by their registered names (RFC 7301, section 6).
  private static final List<String> PROTOCOLS = List.of("imap", "pop3");

  private final TlsConfig settings;
  private final TlsEngine engine;
  private final TlsEvents events;
  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private final List<Path> files;

  private volatile List<Endpoint> endpoints;
  private List<String> state;
  private long ticketsSince;

  /// A certificate and its contexts, one a protocol.
  ///
  /// @param ticketKey the one that tickets are made with now; null where none are made
  private record Endpoint(
      ServerCertificate certificate,
      Map<String, SslContext> contexts,
      @Nullable OpenSslSessionTicketKey ticketKey) {}

  /// What a connection is to be served with.
  ///
  /// @param context makes the engine
  /// @param certificate the certificate in it
  record Choice(SslContext context, ServerCertificate certificate) {}

  private TlsContexts(
      TlsConfig settings,
      TlsEngine engine,
      TlsEvents events,
      SecureRandom random,
      LongSupplier nanoTime)
      throws TlsException {
    this.settings = settings;
    this.engine = engine;
    this.events = events;
    this.random = random;
    this.nanoTime = nanoTime;
    this.files = TlsFiles.named(settings);
    this.state = TlsFiles.state(files);
    this.endpoints = read();
    this.ticketsSince = nanoTime.getAsLong();
  }

  /// Reads the files of the settings, which have to name a certificate.
  ///
  /// @param random for the keys of tickets
  /// @param nanoTime counts nanoseconds
  /// @throws TlsException naming everything that is wrong with them
  public static TlsContexts open(
      TlsConfig settings, TlsEvents events, SecureRandom random, LongSupplier nanoTime)
      throws TlsException {
    return open(settings, TlsEngine.best(), events, random, nanoTime);
  }

  static TlsContexts open(
      TlsConfig settings,
      TlsEngine engine,
      TlsEvents events,
      SecureRandom random,
      LongSupplier nanoTime)
      throws TlsException {
    return new TlsContexts(settings, engine, events, random, nanoTime);
  }

  /// Everything that is wrong with the files of the settings, as a start would find it. Blocks on
  /// the disk.
  public static List<TlsFault> faults(TlsConfig settings) {
    try {
      var contents = TlsFiles.read(settings);
      for (var certificate : contents.certificates()) {
        contexts(settings, TlsEngine.best(), certificate, contents);
      }
      return List.of();
    } catch (TlsException e) {
      return e.faults();
    }
  }

  /// What carries TLS out, for a log.
  public String engine() {
    return engine.name().toLowerCase(Locale.ROOT);
  }

  /// The settings that these were opened with.
  public TlsConfig settings() {
    return settings;
  }

  /// When the first of the certificates ends.
  public Instant firstExpiry() {
    return endpoints.stream()
        .map(endpoint -> endpoint.certificate.notAfter())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /// Certificates that do not hold at a time, each in words.
  public List<String> notValidAt(Instant now) {
    return endpoints.stream()
        .map(Endpoint::certificate)
        .filter(one ->
            one.notAfter().isBefore(now) || one.own().getNotBefore().toInstant().isAfter(now))
        .map(one ->
            one.source().certificate()
                + " is valid from "
                + one.own().getNotBefore().toInstant()
                + " to "
                + one.notAfter())
        .toList();
  }

  /// What to serve a client with.
  ///
  /// @param protocol `imap` or `pop3`
  /// @param host the host that the client named, in lower case
  Choice choose(String protocol, Optional<String> host) {
    var all = endpoints;
    var chosen = host.flatMap(name -> named(all, name)).orElse(all.getFirst());
    var context = chosen.contexts.get(protocol);
    if (context == null) {
      throw new IllegalStateException("no TLS for " + protocol);
    }
    return new Choice(context, chosen.certificate);
  }

  private static Optional<Endpoint> named(List<Endpoint> all, String host) {
    return all.stream()
        .filter(endpoint -> endpoint.certificate.names(host))
        .findFirst()
        .or(() ->
            all.stream()
                .filter(endpoint -> endpoint.certificate.coversByWildcard(host))
                .findFirst());
  }

  TlsEngine tlsEngine() {
    return engine;
  }

  /// Whether these are the certificates of settings, with files that have not changed since. Blocks
  /// on the disk.
  public synchronized boolean isCurrent(TlsConfig wanted) {
    return settings.equals(wanted) && TlsFiles.state(files).equals(state);
  }

  /// Looks whether the files have changed and takes them if they have; changes the keys of tickets
  /// when they are old. To be called every few seconds, from one thread at a time.
  public synchronized void lookAgain() {
    if (!TlsFiles.state(files).equals(state)) {
      reload();
    } else if (nanoTime.getAsLong() - ticketsSince > TlsEngine.TICKET_LIFE.toNanos()) {
      endpoints = endpoints.stream().map(this::withNextTicketKey).toList();
      ticketsSince = nanoTime.getAsLong();
    }
  }

  /// Takes the files as they are now.
  public synchronized void reload() {
    state = TlsFiles.state(files);
    try {
      endpoints = read();
      ticketsSince = nanoTime.getAsLong();
      events.reloaded(true);
      LOG.info("certificates read anew, the first ends {}", firstExpiry());
    } catch (TlsException e) {
      events.reloaded(false);
      LOG.error("the old certificates stay in use: {}", e.getMessage());
    }
  }

  private List<Endpoint> read() throws TlsException {
    var contents = TlsFiles.read(settings);
    var all = new ArrayList<Endpoint>();
    for (var certificate : contents.certificates()) {
      var contexts = contexts(settings, engine, certificate, contents);
      all.add(withNextTicketKey(new Endpoint(certificate, contexts, null)));
    }
    return List.copyOf(all);
  }

  private static Map<String, SslContext> contexts(
      TlsConfig settings,
      TlsEngine engine,
      ServerCertificate certificate,
      TlsFiles.Contents contents)
      throws TlsException {
    var contexts = new TreeMap<String, SslContext>();
    for (var protocol : PROTOCOLS) {
      try {
        contexts.put(
            protocol, engine.context(settings, certificate, contents.authorities(), protocol));
      } catch (SSLException | IllegalArgumentException e) {
        var file = certificate.source().certificate();
        throw new TlsException(
            List.of(new TlsFault("tls.certificate", file, "cannot be used: " + e.getMessage())));
      }
    }
    return contexts;
  }

  /// Where certificates of clients are asked for there are no tickets: one would outlive the trust
  /// in the authority that signed its owner's certificate. The JDK makes its keys by itself.
  private Endpoint withNextTicketKey(Endpoint endpoint) {
    if (engine == TlsEngine.JDK
        || settings.clientCertificates() != TlsConfig.ClientCertificates.OFF) {
      return endpoint;
    }
    var next =
        new OpenSslSessionTicketKey(
            octets(OpenSslSessionTicketKey.NAME_SIZE),
            octets(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
            octets(OpenSslSessionTicketKey.AES_KEY_SIZE));
    for (var context : endpoint.contexts.values()) {
      if (endpoint.ticketKey == null) {
        TlsEngine.tickets(context, next);
      } else {
        TlsEngine.tickets(context, next, endpoint.ticketKey);
      }
    }
    return new Endpoint(endpoint.certificate, endpoint.contexts, next);
  }

  private byte[] octets(int count) {
    var octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }
}
