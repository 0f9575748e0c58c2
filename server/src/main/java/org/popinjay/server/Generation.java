package org.popinjay.server;

import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Admission;
import org.popinjay.auth.UserSource;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.netty.ImapPipeline;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.pop3.pop2.netty.Pop2OrPop3Pipeline;
import org.popinjay.pop3.pop2.netty.Pop2Pipeline;
import org.popinjay.server.cli.BuildInfo;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.control.Standing;
import org.popinjay.wire.Facilities;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.tls.TlsContexts;
import org.popinjay.wire.tls.TlsException;
import org.popinjay.wire.tls.TlsUpgrade;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows from settings that a running server can change: who may sign in, with which
/// certificates, and how the protocols behave.
///
/// It is made anew as a whole when settings change. A connection keeps the generation that it began
/// with, so that nothing changes under a session; the old one is gone with its last connection.
final class Generation {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

  private final PopinjayConfig settings;
  private final Foundation foundation;
  private final Optional<TlsContexts> certificates;
  private final List<UserSource> sources;
  private final Admission admission;
  private final Pop3Service pop3;
  private final ImapService imap;

  private Generation(
      PopinjayConfig settings, Foundation foundation, Optional<TlsContexts> certificates)
      throws StartException {
    this.settings = settings;
    this.foundation = foundation;
    this.certificates = certificates;
    this.sources = Authenticators.sources(settings);
    this.admission = Authenticators.admission(settings.auth());
    var facilities =
        new Facilities(
            foundation.authenticators().of(sources, admission, settings.auth()),
            settings,
            HostName.of(settings.host(), foundation.lanes()),
            foundation.lanes(),
            foundation.permits(),
            foundation.addresses(),
            foundation.ids(),
            InstantSource.system(),
            foundation.metrics().sessions());
    this.pop3 = pop3(facilities);
    this.imap = imap(facilities);
  }

  /// Makes one; nothing that is in use changes by that. Blocks on the disk.
  ///
  /// @param before the one that is in use; its certificates are used on if they are the same
  /// @throws StartException for the first thing that cannot be made
  static Generation make(
      PopinjayConfig settings, Foundation foundation, @Nullable Generation before)
      throws StartException {
    var kept =
        before == null
            ? Optional.<TlsContexts>empty()
            : before.certificates.filter(tls -> tls.isCurrent(settings.tls()));
    if (kept.isPresent() || settings.tls().certificate().isEmpty()) {
      return new Generation(settings, foundation, kept);
    }
    var events = foundation.metrics().tls();
    try {
      var tls = TlsContexts.open(settings.tls(), events, foundation.random(), System::nanoTime);
      var made = new Generation(settings, foundation, Optional.of(tls));
      if (before != null) {
        events.reloaded(true);
      }
      return made;
    } catch (TlsException e) {
      if (before != null) {
        events.reloaded(false);
      }
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  /// Its settings.
  PopinjayConfig settings() {
    return settings;
  }

  /// What holds for somebody who comes now, for operators.
  Standing standing() {
    return new Standing(
        settings,
        sources,
        admission,
        foundation.store(),
        user -> imap.terms(user).announced().afterSignIn(),
        user ->
            pop3.capabilities().afterSignIn(true, List.of(), pop3.terms(user).settings()).lines(),
        foundation.authenticators()::failures,
        foundation.delays());
  }

  /// Says what its certificates, or that there are none, means for clients.
  ///
  /// @param before the one that was in use
  void announceTls(@Nullable Generation before) {
    boolean same =
        before != null
            && certificates.equals(before.certificates)
            && settings.auth().cleartext() == before.settings.auth().cleartext();
    if (same) {
      return;
    }
    if (certificates.isEmpty()) {
      if (!settings.listeners().isEmpty()) {
        warnOfNoTls();
      }
      return;
    }
    var tls = certificates.get();
    tls.notValidAt(InstantSource.system().instant())
        .forEach(one -> LOG.warn("clients will refuse this: {}", one));
    LOG.info("TLS by {}, the first certificate ends {}", tls.engine(), tls.firstExpiry());
  }

  private void warnOfNoTls() {
    LOG.warn(
        "no TLS, since tls.certificate is not set: passwords are taken {}; set tls.certificate and"
            + " tls.key for clients elsewhere",
        switch (settings.auth().cleartext()) {
          case NEVER -> "from nobody (auth.cleartext: never)";
          case LOOPBACK -> "from this machine and auth.cleartextNetworks only";
          case WITHOUT_SECRET ->
              "in the clear of users who have none for APOP (auth.cleartext: withoutSecret)";
          case ALWAYS -> "in the clear from everywhere (auth.cleartext: always)";
        });
  }

  /// Takes certificates whose files have changed. Blocks on the disk.
  void lookAtCertificates() {
    certificates.ifPresent(TlsContexts::lookAgain);
  }

  /// How long the first of the certificates lasts.
  OptionalLong secondsOfCertificates() {
    return certificates
        .map(tls ->
            OptionalLong.of(
                Duration.between(InstantSource.system().instant(), tls.firstExpiry()).toSeconds()))
        .orElse(OptionalLong.empty());
  }

  /// What makes the pipelines of a listener's connections; sharable.
  ChannelHandler pipeline(ListenerConfig listener) {
    return switch (listener.protocol()) {
      case IMAP -> new ImapPipeline(imap, settings.legacy(), door(listener, "imap"));
      case POP3 -> new Pop3Pipeline(speaking(listener), settings.legacy(), door(listener, "pop3"));
      case POP2 ->
          new Pop2Pipeline(
              speaking(listener), settings.legacy(), listener.responses(), door(listener, "pop3"));
      case POP2_POP3 ->
          new Pop2OrPop3Pipeline(
              speaking(listener), settings.legacy(), listener.responses(), door(listener, "pop3"));
    };
  }

  /// The version, where it may be known.
  private Optional<String> shownVersion() {
    return settings.banner().version() ? Optional.of(BuildInfo.read().version()) : Optional.empty();
  }

  private Pop3Service speaking(ListenerConfig listener) {
    return pop3.speaking(listener.responses(), shownVersion());
  }

  /// What makes the pipelines of connections from this machine whose users are known.
  ChannelHandler preauth() {
    var metrics = foundation.metrics();
    var door =
        new FrontDoor(
            foundation.addresses(),
            foundation.reserves(),
            Optional.empty(),
            false,
            ListenerConfig.Access.DEFAULTS,
            List.of(),
            foundation.sessions(),
            Optional.empty(),
            metrics.sessions());
    return ImapPipeline.preauth(imap, door, LocalPeer::of);
  }

  private FrontDoor door(ListenerConfig listener, String alpn) {
    var metrics = foundation.metrics();
    return new FrontDoor(
        foundation.addresses(),
        foundation.reserves(),
        certificates.map(tls -> new TlsUpgrade(tls, alpn, metrics.tls())),
        listener.tls() == ListenerConfig.Tls.IMPLICIT,
        listener.access(),
        listener.proxyProtocol(),
        foundation.sessions(),
        Optional.of(foundation.names()),
        metrics.sessions());
  }

  private Pop3Service pop3(Facilities facilities) throws StartException {
    try {
      return new Pop3Service(
              facilities, foundation.store(), foundation.delays(), foundation.metrics().pop3())
          .sending(
              new Sendmail(
                  settings.xtnd().xmit(),
                  Sendmail.programs(settings),
                  facilities.host(),
                  settings.mail().state(),
                  foundation.submissions(),
                  foundation.random(),
                  Sendmail.TIME_MAX));
    } catch (IllegalArgumentException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  private ImapService imap(Facilities facilities) {
    return new ImapService(
        facilities,
        foundation.store(),
        System::nanoTime,
        foundation.users(),
        foundation.metrics().imap());
  }
}
