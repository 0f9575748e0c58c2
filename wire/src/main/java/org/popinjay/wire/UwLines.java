package org.popinjay.wire;

import org.popinjay.config.Escape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lines that UW's imapd, ipop3d and ipop2d wrote to syslog, for programs that read those
/// (`log.uwLines`): the logger is off where nobody asked for them.
///
/// ```
/// Login user=tea host=tea.example.org [192.0.2.7] nmsgs=3/3
/// Update user=tea host=tea.example.org [192.0.2.7] nmsgs=2 ndele=1 nseen=1
/// Logout user=tea host=tea.example.org [192.0.2.7]
/// Login failed user=tea auth=tea host=[192.0.2.7]
/// ```
///
/// No text from outside has a space or an equals sign left in it, so that it cannot pass for the
/// next key. From any thread.
public final class UwLines {
  /// The name is part of what operators may rely on.
  private static final Logger LOG = LoggerFactory.getLogger("popinjay.uw");

  /// UW cut there, too.
  private static final int LONGEST_OCTETS = 80;

  private UwLines() {}

  /// Somebody has signed in.
  public static void login(Connection connection, String user) {
    if (LOG.isInfoEnabled()) {
      LOG.info("Login user={} host={}", value(user), host(connection));
    }
  }

  /// Somebody has signed in by POP3.
  ///
  /// @param messages in his maildrop
  public static void login(Connection connection, String user, int messages) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "Login user={} host={} nmsgs={}/{}", value(user), host(connection), messages, messages);
    }
  }

  /// Somebody has not.
  ///
  /// @param user whose mail was wanted
  /// @param proving whose name was to be proved
  static void loginFailed(Connection connection, String user, String proving) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "Login failed user={} auth={} host={}", value(user), value(proving), host(connection));
    }
  }

  /// QUIT of POP3 was carried out.
  ///
  /// @param left messages that are still there
  /// @param deleted messages that were removed
  /// @param seen messages that were marked as seen
  public static void update(
      Connection connection, String user, long left, long deleted, long seen) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "Update user={} host={} nmsgs={} ndele={} nseen={}",
          value(user),
          host(connection),
          left,
          deleted,
          seen);
    }
  }

  /// A session is over.
  public static void logout(Connection connection, String user, SessionEnd end) {
    if (LOG.isInfoEnabled()) {
      LOG.info("{} user={} host={}", words(end), value(user), host(connection));
    }
  }

  private static String words(SessionEnd end) {
    return switch (end) {
      case IDLE -> "Autologout";
      case CLIENT_GONE, WRITE_STALL -> "Unexpected client disconnect, while reading line";
      case REPLACED -> "Killed (lost mailbox lock)";
      case KICKED, SHUTDOWN -> "Killed";
      case SIGNED_OFF, UPDATE_FAILED, BAD_COMMANDS, MAILBOX_GONE, STORE_FAILED, FAULT -> "Logout";
    };
  }

  /// As c-client has it: the name where there is one, and the address.
  private static String host(Connection connection) {
    var address = '[' + connection.address().getHostAddress() + ']';
    return connection.name().map(name -> value(name) + ' ' + address).orElse(address);
  }

  private static String value(String outside) {
    return Escape.text(outside, LONGEST_OCTETS).replace(" ", "\\x20").replace("=", "\\x3d");
  }
}
