package org.popinjay.server.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/// Who may ask: root, and the user that the server runs as. The kernel says who somebody is.
final class Peers {
  private final List<UserPrincipal> allowed;

  /// @param own uid of the server
  Peers(int own) throws IOException {
    allowed = List.of(principal(0), principal(own));
  }

  private static UserPrincipal principal(int uid) throws IOException {
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(Integer.toUnsignedString(uid));
  }

  /// Whether whoever connected may ask.
  boolean allow(SocketChannel client) throws IOException {
    return allowed.contains(client.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
  }
}
