package org.popinjay.pop3;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.CleartextPolicy;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.UserSettings;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.response.Capabilities;
import org.popinjay.pop3.response.Help;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;

/// What all POP3 connections of a listener share; most of it is one and the same for all listeners.
///
/// @param authenticator who knows the users
/// @param store where their mail is
/// @param settings all that is set
/// @param host name of this server in greetings
/// @param lanes runs each task on a virtual thread of its own
/// @param permits how many may work on disk at once; shared with other protocols
/// @param addresses counts connections; shared with other protocols
/// @param ids names connections; shared with other protocols
/// @param delays when users signed in last; shared with other generations of settings
/// @param clock for the age of messages
/// @param events hears what sessions do
/// @param sessionEvents hears what connections do
/// @param mechanisms what AUTH offers
/// @param capabilities the answers to CAPA
/// @param help the answers to HELP
/// @param cleartext where passwords may travel in the clear
/// @param wording the free text of answers
/// @param everybody what holds in sessions
/// @param others what holds in those of users who are not as everybody
/// @param submissions sends mail
public record Pop3Service(
    Authenticator authenticator,
    MailStore store,
    PopinjayConfig settings,
    String host,
    Executor lanes,
    DiskPermits permits,
    AddressLimits addresses,
    SessionId.Source ids,
    LoginDelays delays,
    InstantSource clock,
    Pop3Events events,
    SessionEvents sessionEvents,
    SaslMechanisms mechanisms,
    Capabilities capabilities,
    Help help,
    CleartextPolicy cleartext,
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
      Authenticator authenticator,
      MailStore store,
      PopinjayConfig settings,
      String host,
      Executor lanes,
      DiskPermits permits,
      AddressLimits addresses,
      SessionId.Source ids,
      LoginDelays delays,
      InstantSource clock,
      Pop3Events events,
      SessionEvents sessionEvents) {
    var wording = Wording.of(Responses.POPINJAY, host, Optional.empty());
    this(
        authenticator,
        store,
        settings,
        host,
        lanes,
        permits,
        addresses,
        ids,
        delays,
        clock,
        events,
        sessionEvents,
        new SaslMechanisms(settings.auth().mechanisms(), authenticator),
        new Capabilities(
            settings.pop3(),
            settings.overrides().values().stream().map(UserSettings::pop3).toList(),
            wording),
        new Help(settings.pop3()),
        CleartextPolicy.of(settings.auth()),
        wording,
        Pop3Terms.of(settings.forEverybody()),
        settings.overrides().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, user -> Pop3Terms.of(user.getValue()))),
        Submissions.NONE);
  }

  /// What one client may use up that has not signed in.
  public LimitsConfig limits() {
    return settings.limits();
  }

  /// What holds in the sessions of a user.
  public Pop3Terms terms(String user) {
    return others.getOrDefault(user, everybody);
  }

  /// The same in the words of a profile.
  ///
  /// @param version ours, for greetings; none where nobody is to know it
  public Pop3Service speaking(Responses responses, Optional<String> version) {
    var words = Wording.of(responses, host, version);
    return with(capabilities.in(words), words, submissions);
  }

  /// The same, where mail can be sent.
  public Pop3Service sending(Submissions sender) {
    return with(capabilities, wording, sender);
  }

  private Pop3Service with(Capabilities announced, Wording words, Submissions sender) {
    return new Pop3Service(
        authenticator,
        store,
        settings,
        host,
        lanes,
        permits,
        addresses,
        ids,
        delays,
        clock,
        events,
        sessionEvents,
        mechanisms,
        announced,
        help,
        cleartext,
        words,
        everybody,
        others,
        sender);
  }
}
