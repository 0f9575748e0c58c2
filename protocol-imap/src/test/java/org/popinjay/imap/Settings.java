package org.popinjay.imap;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import org.popinjay.auth.Authenticator;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.wire.SessionEvents;

/// What a test server is set to.
record Settings(
    PopinjayConfig config, Authenticator users, ImapEvents events, SessionEvents sessions) {

  /// As if the operator wrote nothing.
  static final Settings DEFAULTS =
      new Settings(
          PopinjayConfig.DEFAULTS, TestUsers.TEA_AND_COCOA, ImapEvents.NONE, SessionEvents.NONE);

  /// What limits clients.
  LimitsConfig limits() {
    return config.limits();
  }

  /// The same with other settings.
  Settings config(PopinjayConfig other) {
    return new Settings(other, users, events, sessions);
  }

  /// The same with another key of `imap`.
  Settings imap(String key, Object value) {
    return config(changed(config, "imap", changed(config.imap(), key, value)));
  }

  /// The same with another key of `limits`.
  Settings limits(String key, Object value) {
    return config(changed(config, "limits", changed(config.limits(), key, value)));
  }

  /// The same with another key of `limits.imapCommand`.
  Settings imapCommand(String key, Object value) {
    return limits("imapCommand", changed(limits().imapCommand(), key, value));
  }

  /// The same with another key of `auth`.
  Settings auth(String key, Object value) {
    return config(changed(config, "auth", changed(config.auth(), key, value)));
  }

  /// The same with another key of a block for one user.
  Settings override(String user, String block, String key, Object value) {
    var overrides = new HashMap<>(config.overrides());
    var own = config.forUser(user);
    overrides.put(
        user,
        switch (block) {
          case "imap" -> changed(own, block, changed(own.imap(), key, value));
          case "limits" -> changed(own, block, changed(own.limits(), key, value));
          default -> throw new IllegalArgumentException(block);
        });
    return config(changed(config, "overrides", overrides));
  }

  /// The same with other users.
  Settings users(Authenticator other) {
    return new Settings(config, other, events, sessions);
  }

  /// The same with somebody who listens.
  Settings events(ImapEvents listener) {
    return new Settings(config, users, listener, sessions);
  }

  /// The same with somebody who listens to connections.
  Settings sessions(SessionEvents listener) {
    return new Settings(config, users, events, listener);
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
