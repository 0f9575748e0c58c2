package org.popinjay.imap;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.CleartextPolicy;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.AuthConfig.Mechanism;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.MailStore;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;

/// What all IMAP connections of a server share.
///
/// @param authenticator who knows the users
/// @param store where their mail is
/// @param settings all that is set
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
/// @param users counts the sessions of each user
/// @param everybody what holds in sessions, and before sign-in
/// @param others what holds in those of users who are not as everybody
public record ImapService(
    Authenticator authenticator,
    MailStore store,
    PopinjayConfig settings,
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
    UserSessions users,
    ImapTerms everybody,
    Map<String, ImapTerms> others) {

  /// What ID answers; no version, which would help those who look for an old one (RFC 2971, section
  /// 3.3).
  public static final Map<String, String> IDENTITY = Map.of("name", "Popinjay");

  /// Copies the map.
  public ImapService {
    others = Map.copyOf(others);
  }

  /// Makes what follows from the rest.
  ///
  /// @param nanoTime as [System#nanoTime], for what searches take
  public ImapService(
      Authenticator authenticator,
      MailStore store,
      PopinjayConfig settings,
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
    this(
        authenticator,
        store,
        settings,
        host,
        lanes,
        permits,
        addresses,
        ids,
        clock,
        events,
        sessionEvents,
        new SaslMechanisms(mechanisms(settings), authenticator),
        CleartextPolicy.of(settings.auth()),
        users,
        ImapTerms.of(settings.forEverybody(), store.traits(), clock, nanoTime),
        settings.overrides().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    user -> ImapTerms.of(user.getValue(), store.traits(), clock, nanoTime))));
  }

  /// What one client may use up that has not signed in.
  public LimitsConfig limits() {
    return settings.limits();
  }

  /// What holds in the sessions of a user.
  public ImapTerms terms(String user) {
    return others.getOrDefault(user, everybody);
  }

  /// Mechanisms that bind the channel confuse some clients that see them.
  private static List<Mechanism> mechanisms(PopinjayConfig settings) {
    var mechanisms = settings.auth().mechanisms();
    return settings.imap().profile() == ImapConfig.Profile.FULL
        ? SaslMechanisms.withChannelBinding(mechanisms)
        : mechanisms;
  }
}
