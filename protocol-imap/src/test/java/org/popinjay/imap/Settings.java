package org.popinjay.imap;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.popinjay.auth.Authenticator;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.ImapConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.SessionEvents;

/// What a test server is set to.
record Settings(
    ImapConfig imap,
    LimitsConfig limits,
    AuthConfig auth,
    Authenticator users,
    ImapEvents events,
    SessionEvents sessions) {

  /// As if the operator wrote nothing.
  static final Settings DEFAULTS =
      new Settings(
          ImapConfig.DEFAULTS,
          LimitsConfig.DEFAULTS,
          AuthConfig.DEFAULTS,
          TestUsers.TEA_AND_COCOA,
          ImapEvents.NONE,
          SessionEvents.NONE);

  /// The same with another key of `imap`.
  Settings imap(String key, Object value) {
    return new Settings(changed(imap, key, value), limits, auth, users, events, sessions);
  }

  /// The same with another key of `limits`.
  Settings limits(String key, Object value) {
    return new Settings(imap, changed(limits, key, value), auth, users, events, sessions);
  }

  /// The same with another key of `auth`.
  Settings auth(String key, Object value) {
    return new Settings(imap, limits, changed(auth, key, value), users, events, sessions);
  }

  /// The same with other users.
  Settings users(Authenticator other) {
    return new Settings(imap, limits, auth, other, events, sessions);
  }

  /// The same with somebody who listens.
  Settings events(ImapEvents listener) {
    return new Settings(imap, limits, auth, users, listener, sessions);
  }

  /// The same with somebody who listens to connections.
  Settings sessions(SessionEvents listener) {
    return new Settings(imap, limits, auth, users, events, listener);
  }

  /// The same with another key of `limits.imapCommand`.
  Settings imapCommand(String key, Object value) {
    return limits("imapCommand", changed(limits.imapCommand(), key, value));
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
