package org.popinjay.server;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;
import org.popinjay.auth.UserRecord;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.PosixException;
import org.popinjay.wire.KnownPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process of this machine that came by a Unix socket. The kernel noted whose it is when it
/// connected.
///
/// @param name the account; empty where the kernel does not say
record LocalPeer(String name) implements KnownPeer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalPeer.class);

  /// Whoever is on the other side of a channel.
  static LocalPeer of(Channel channel) {
    var credentials =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    return new LocalPeer(credentials == null ? "" : credentials.user().getName());
  }

  /// A user whose files are touched with the rights of another account is somebody else, even if he
  /// is called the same.
  @Override
  public boolean owns(UserRecord user) {
    try {
      var account = Accounts.system().account(name);
      return account.isPresent() && account.get().uid() == user.identity().uid();
    } catch (PosixException e) {
      LOG.warn("accounts cannot be looked up: {}", e.getMessage());
      return false;
    }
  }
}
