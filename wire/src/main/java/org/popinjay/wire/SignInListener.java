package org.popinjay.wire;

import java.net.InetAddress;

/// Hears of each sign-in before the client does.
public interface SignInListener {

  /// Somebody has signed in, and his mail is open. On the lane of the user; may block.
  ///
  /// @param protocol its name in logs
  void signedIn(String protocol, String user, InetAddress address);
}
