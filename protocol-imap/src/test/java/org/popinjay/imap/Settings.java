package org.popinjay.imap;

import static org.popinjay.wire.transcript.RecordCopy.changed;

import java.util.HashMap;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.TestUsers;
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
    return config(changed(config, "imap", key, value));
  }

  /// The same with another key of `limits`.
  Settings limits(String key, Object value) {
    return config(changed(config, "limits", key, value));
  }

  /// The same with another key of `limits.imapCommand`.
  Settings imapCommand(String key, Object value) {
    return config(changed(config, "limits", changed(limits(), "imapCommand", key, value)));
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
}
