package org.popinjay.imap;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.AuthConfig.Mechanism;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.imap.handler.ImapDispatcher;
import org.popinjay.imap.parse.ImapCommandParser;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.MailStore;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.CleartextPolicy;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;

/// What all IMAP connections of a server share.
///
/// @param authenticator who knows the users
/// @param store where their mail is
/// @param settings what is set for IMAP
/// @param limits what one client may use up
/// @param auth how users sign in
/// @param host name of this server in greetings
/// @param lanes runs each task on a virtual thread of its own
/// @param permits how many may work on disk at once; shared with other protocols
/// @param addresses counts connections; shared with other protocols
/// @param ids names connections; shared with other protocols
/// @param clock for dates of arrival
/// @param events hears what sessions do
/// @param sessionEvents hears what connections do
/// @param mechanisms what AUTHENTICATE offers
/// @param cleartext where passwords may travel in the clear
/// @param announced what is announced when
/// @param parser reads commands
/// @param dispatcher knows all commands
/// @param users counts the sessions of each user
public record ImapService(
    Authenticator authenticator,
    MailStore store,
    ImapConfig settings,
    LimitsConfig limits,
    AuthConfig auth,
    String host,
    Executor lanes,
    DiskPermits permits,
    AddressLimits addresses,
    SessionId.Source ids,
    InstantSource clock,
    ImapEvents events,
    SessionEvents sessionEvents,
    SaslMechanisms mechanisms,
    CleartextPolicy cleartext,
    Announced announced,
    ImapCommandParser parser,
    ImapDispatcher dispatcher,
    UserSessions users) {

  /// What ID answers; no version, which would help those who look for an old one (RFC 2971, section
  /// 3.3).
  public static final Map<String, String> IDENTITY = Map.of("name", "Popinjay");

  /// Makes what follows from the rest.
  ///
  /// @param nanoTime as [System#nanoTime], for what searches take
  public ImapService(
      Authenticator authenticator,
      MailStore store,
      ImapConfig settings,
      LimitsConfig limits,
      AuthConfig auth,
      String host,
      Executor lanes,
      DiskPermits permits,
      AddressLimits addresses,
      SessionId.Source ids,
      InstantSource clock,
      LongSupplier nanoTime,
      UserSessions users,
      ImapEvents events,
      SessionEvents sessionEvents) {
    var mechanisms = new SaslMechanisms(mechanisms(auth, settings), authenticator);
    var announced = new Announced(settings, store.traits(), limits.appendOctets().octets());
    this(
        authenticator,
        store,
        settings,
        limits,
        auth,
        host,
        lanes,
        permits,
        addresses,
        ids,
        clock,
        events,
        sessionEvents,
        mechanisms,
        CleartextPolicy.of(auth),
        announced,
        new ImapCommandParser(
            announced.switchedOn(),
            settings.obsolete(),
            settings.lenient8bit(),
            limits.imapCommand()),
        new ImapDispatcher(
            IDENTITY,
            limits.appendOctets().octets(),
            settings.renameSubscriptions(),
            settings.namePrefixAliases(),
            limits.searchTime(),
            clock,
            nanoTime),
        users);
  }

  /// Mechanisms that bind the channel confuse some clients that see them.
  private static List<Mechanism> mechanisms(AuthConfig auth, ImapConfig settings) {
    return settings.profile() == ImapConfig.Profile.FULL
        ? SaslMechanisms.withChannelBinding(auth.mechanisms())
        : auth.mechanisms();
  }
}
