package org.popinjay.pop3;

import static org.popinjay.wire.transcript.RecordCopy.changed;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.Facilities;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionId;

/// What a test server is set to.
record Settings(
    PopinjayConfig config,
    Authenticator users,
    Pop3Events events,
    SessionEvents sessions,
    Responses responses,
    Optional<String> version) {

  /// As if the operator wrote nothing.
  static final Settings DEFAULTS =
      new Settings(
          PopinjayConfig.DEFAULTS,
          TestUsers.TEA_AND_COCOA,
          Pop3Events.NONE,
          SessionEvents.NONE,
          Responses.POPINJAY,
          Optional.empty());

  /// What limits clients.
  LimitsConfig limits() {
    return config.limits();
  }

  /// What the connections of a test server share.
  Facilities facilities(
      Executor lanes, DiskPermits permits, AddressLimits addresses, InstantSource clock) {
    return new Facilities(
        users,
        config,
        "dewey",
        lanes,
        permits,
        addresses,
        new SessionId.Source(RandomGenerator.of("L64X128MixRandom")),
        clock,
        sessions);
  }

  /// What those of one user share.
  Facilities facilities(Executor lanes, InstantSource clock) {
    return facilities(lanes, new DiskPermits(1, 2), new AddressLimits(10, limits()), clock);
  }

  /// The same with other settings.
  Settings config(PopinjayConfig other) {
    return new Settings(other, users, events, sessions, responses, version);
  }

  /// The same with another key of `pop3`.
  Settings pop3(String key, Object value) {
    return config(changed(config, "pop3", key, value));
  }

  /// The same with another key of `limits`.
  Settings limits(String key, Object value) {
    return config(changed(config, "limits", key, value));
  }

  /// The same with another key of `auth`.
  Settings auth(String key, Object value) {
    return config(changed(config, "auth", key, value));
  }

  /// The same with another key of a block for one user.
  Settings override(String user, String block, String key, Object value) {
    var overrides = new HashMap<>(config.overrides());
    overrides.put(user, changed(config.forUser(user), block, key, value));
    return config(changed(config, "overrides", overrides));
  }

  /// The same with other users.
  Settings users(Authenticator other) {
    return new Settings(config, other, events, sessions, responses, version);
  }

  /// The same with somebody who listens.
  Settings events(Pop3Events listener) {
    return new Settings(config, users, listener, sessions, responses, version);
  }

  /// The same with somebody who listens to connections.
  Settings sessions(SessionEvents listener) {
    return new Settings(config, users, events, listener, responses, version);
  }

  /// The same in the words of another server.
  Settings responses(Responses other) {
    return new Settings(config, users, events, sessions, other, version);
  }

  /// The same with a version in the greeting.
  Settings version(String shown) {
    return new Settings(config, users, events, sessions, responses, Optional.of(shown));
  }
}
