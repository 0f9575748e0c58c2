package org.popinjay.pop3;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.UserSettings;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.response.Capabilities;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Facilities;

/// What all POP3 connections of a listener share; most of it is one and the same for all listeners.
///
/// @param facilities shared with other protocols
/// @param store where the users' mail is
/// @param delays when users signed in last; shared with other generations of settings
/// @param events hears what sessions do
/// @param mechanisms what AUTH offers
/// @param capabilities the answers to CAPA
/// @param wording the free text of answers
/// @param everybody what holds in sessions
/// @param others what holds in those of users who are not as everybody
/// @param submissions sends mail
public record Pop3Service(
    Facilities facilities,
    MailStore store,
    LoginDelays delays,
    Pop3Events events,
    SaslMechanisms mechanisms,
    Capabilities capabilities,
    Wording wording,
    Pop3Terms everybody,
    Map<String, Pop3Terms> others,
    Submissions submissions) {

  /// Copies the map.
  public Pop3Service {
    others = Map.copyOf(others);
  }

  /// Makes what follows from the rest.
  public Pop3Service(
      Facilities facilities, MailStore store, LoginDelays delays, Pop3Events events) {
    var settings = facilities.settings();
    var wording = Wording.of(Responses.POPINJAY, facilities.host(), Optional.empty());
    this(
        facilities,
        store,
        delays,
        events,
        new SaslMechanisms(settings.auth().mechanisms(), facilities.authenticator()),
        new Capabilities(
            settings.pop3(),
            settings.overrides().values().stream().map(UserSettings::pop3).toList(),
            wording),
        wording,
        Pop3Terms.of(settings, settings.forEverybody()),
        settings.overrides().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, user -> Pop3Terms.of(settings, user.getValue()))),
        Submissions.NONE);
  }

  /// What holds in the sessions of a user.
  public Pop3Terms terms(String user) {
    return others.getOrDefault(user, everybody);
  }

  /// The same in the words of a profile.
  ///
  /// @param version ours, for greetings; none where nobody is to know it
  public Pop3Service speaking(Responses responses, Optional<String> version) {
    var words = Wording.of(responses, facilities.host(), version);
    return with(capabilities.in(words), words, submissions);
  }

  /// The same, where mail can be sent.
  public Pop3Service sending(Submissions sender) {
    return with(capabilities, wording, sender);
  }

  private Pop3Service with(Capabilities announced, Wording words, Submissions sender) {
    return new Pop3Service(
        facilities, store, delays, events, mechanisms, announced, words, everybody, others, sender);
  }
}
