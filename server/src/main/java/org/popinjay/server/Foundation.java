package org.popinjay.server;

import java.security.SecureRandom;
import java.util.concurrent.Executor;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.LoginDelays;
import org.popinjay.server.metrics.Metrics;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.Reserves;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.names.NameCheck;

/// What a server keeps from its start to its end, whatever settings it takes meanwhile: the mail,
/// and everything that counts, since sessions of all generations count together.
///
/// @param lanes runs each task on a virtual thread of its own
/// @param addresses counts connections by address
/// @param users counts IMAP sessions by user
/// @param delays when users signed in by POP3 last
/// @param submissions counts mail that users send
/// @param sessions has all connections that are open
/// @param names finds out names of clients
record Foundation(
    MailStore store,
    Authenticators authenticators,
    Executor lanes,
    DiskPermits permits,
    AddressLimits addresses,
    UserSessions users,
    OpenSessions sessions,
    Reserves reserves,
    NameCheck names,
    SessionId.Source ids,
    LoginDelays delays,
    SecureRandom random,
    SubmissionCounts submissions,
    Metrics metrics) {

  /// Has the counts be held to the figures of other settings.
  void change(PopinjayConfig settings) {
    var limits = settings.limits();
    addresses.change(ConnectionsMax.of(limits.connections()), limits);
    authenticators.change(settings.auth());
    names.change(settings.dns().reverse());
  }
}
