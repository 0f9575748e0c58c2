package org.popinjay.pop3;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.sasl.SaslMechanisms;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.Pop3Config;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.handler.Pop3Dispatcher;
import org.popinjay.pop3.response.Capabilities;
import org.popinjay.pop3.response.Help;
import org.popinjay.pop3.response.UidlFormat;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.CleartextPolicy;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;

/// What all POP3 connections of a listener share; most of it is one and the same for all listeners.
///
/// @param authenticator who knows the users
/// @param store where their mail is
/// @param settings what is set for POP3
/// @param limits what one client may use up
/// @param auth how users sign in
/// @param host name of this server in greetings
/// @param lanes runs each task on a virtual thread of its own
/// @param permits how many may work on disk at once; shared with other protocols
/// @param addresses counts connections; shared with other protocols
/// @param ids names connections; shared with other protocols
/// @param events hears what sessions do
/// @param sessionEvents hears what connections do
/// @param mechanisms what AUTH offers
/// @param capabilities the answers to CAPA
/// @param help the answers to HELP
/// @param cleartext where passwords may travel in the clear
/// @param dispatcher knows all commands
/// @param uidlFormat how unique-ids are made
/// @param wording the free text of answers
public record Pop3Service(
    Authenticator authenticator,
    MailStore store,
    Pop3Config settings,
    LimitsConfig limits,
    AuthConfig auth,
    String host,
    Executor lanes,
    DiskPermits permits,
    AddressLimits addresses,
    SessionId.Source ids,
    Pop3Events events,
    SessionEvents sessionEvents,
    SaslMechanisms mechanisms,
    Capabilities capabilities,
    Help help,
    CleartextPolicy cleartext,
    Pop3Dispatcher dispatcher,
    UidlFormat uidlFormat,
    Wording wording) {

  /// Makes what follows from the rest.
  ///
  /// @throws IllegalArgumentException if `pop3.uidlFormat` is none; the message says why
  public Pop3Service(
      Authenticator authenticator,
      MailStore store,
      Pop3Config settings,
      LimitsConfig limits,
      AuthConfig auth,
      String host,
      Executor lanes,
      DiskPermits permits,
      AddressLimits addresses,
      SessionId.Source ids,
      Pop3Events events,
      SessionEvents sessionEvents) {
    var wording = Wording.of(Responses.POPINJAY, host, Optional.empty());
    var mechanisms = new SaslMechanisms(auth.mechanisms(), authenticator);
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
        events,
        sessionEvents,
        mechanisms,
        new Capabilities(settings, wording),
        new Help(settings),
        CleartextPolicy.of(auth),
        new Pop3Dispatcher(settings),
        UidlFormat.of(settings.uidlFormat()),
        wording);
  }

  /// The same in the words of a profile.
  ///
  /// @param version ours, for greetings; none where nobody is to know it
  public Pop3Service speaking(Responses responses, Optional<String> version) {
    var words = Wording.of(responses, host, version);
    return new Pop3Service(
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
        events,
        sessionEvents,
        mechanisms,
        new Capabilities(settings, words),
        help,
        cleartext,
        dispatcher,
        uidlFormat,
        words);
  }
}
