package org.popinjay.imap;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.AuthConfig.Mechanism;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.MailStore;
import org.popinjay.wire.Facilities;

/// What all IMAP connections of a server share.
///
/// @param facilities shared with other protocols
/// @param store where the users' mail is
/// @param events hears what sessions do
/// @param mechanisms what AUTHENTICATE offers
/// @param users counts the sessions of each user
/// @param everybody what holds in sessions, and before sign-in
/// @param others what holds in those of users who are not as everybody
public record ImapService(
    Facilities facilities,
    MailStore store,
    ImapEvents events,
    SaslMechanisms mechanisms,
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
      Facilities facilities,
      MailStore store,
      LongSupplier nanoTime,
      UserSessions users,
      ImapEvents events) {
    var settings = facilities.settings();
    this(
        facilities,
        store,
        events,
        new SaslMechanisms(mechanisms(settings), facilities.authenticator()),
        users,
        ImapTerms.of(settings.forEverybody(), store.traits(), facilities.clock(), nanoTime),
        settings.overrides().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    user ->
                        ImapTerms.of(
                            user.getValue(), store.traits(), facilities.clock(), nanoTime))));
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
