package org.popinjay.pop3;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import org.popinjay.auth.Authenticator;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.Pop3Config;
import org.popinjay.wire.SessionEvents;

/// What a test server is set to.
record Settings(
    Pop3Config pop3,
    LimitsConfig limits,
    AuthConfig auth,
    Authenticator users,
    Pop3Events events,
    SessionEvents sessions,
    Responses responses,
    Optional<String> version) {

  /// As if the operator wrote nothing.
  static final Settings DEFAULTS =
      new Settings(
          Pop3Config.DEFAULTS,
          LimitsConfig.DEFAULTS,
          AuthConfig.DEFAULTS,
          TestUsers.TEA_AND_COCOA,
          Pop3Events.NONE,
          SessionEvents.NONE,
          Responses.POPINJAY,
          Optional.empty());

  /// The same with another key of `pop3`.
  Settings pop3(String key, Object value) {
    return new Settings(
        changed(pop3, key, value), limits, auth, users, events, sessions, responses, version);
  }

  /// The same with another key of `limits`.
  Settings limits(String key, Object value) {
    return new Settings(
        pop3, changed(limits, key, value), auth, users, events, sessions, responses, version);
  }

  /// The same with another key of `auth`.
  Settings auth(String key, Object value) {
    return new Settings(
        pop3, limits, changed(auth, key, value), users, events, sessions, responses, version);
  }

  /// The same with other users.
  Settings users(Authenticator other) {
    return new Settings(pop3, limits, auth, other, events, sessions, responses, version);
  }

  /// The same with somebody who listens.
  Settings events(Pop3Events listener) {
    return new Settings(pop3, limits, auth, users, listener, sessions, responses, version);
  }

  /// The same with somebody who listens to connections.
  Settings sessions(SessionEvents listener) {
    return new Settings(pop3, limits, auth, users, events, listener, responses, version);
  }

  /// The same in the words of another server.
  Settings responses(Responses other) {
    return new Settings(pop3, limits, auth, users, events, sessions, other, version);
  }

  /// The same with a version in the greeting.
  Settings version(String shown) {
    return new Settings(pop3, limits, auth, users, events, sessions, responses, Optional.of(shown));
  }

  /// The same record with another value for one component.
  @SuppressWarnings("unchecked")
  static <R extends Record> R changed(R record, String key, Object value) {
    try {
      var components = record.getClass().getRecordComponents();
      var arguments = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        arguments[i] =
            components[i].getName().equals(key)
                ? value
                : components[i].getAccessor().invoke(record);
      }
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
      Constructor<?> canonical = record.getClass().getDeclaredConstructor(types);
      return (R) canonical.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(key, e);
    }
  }
}
