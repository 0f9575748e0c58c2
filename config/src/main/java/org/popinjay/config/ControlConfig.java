package org.popinjay.config;

import java.nio.file.Path;
import java.util.Optional;

/// How commands talk to the running server.
public record ControlConfig(
    @Setting("Socket, mode 0600; default: `control.sock` in `mail.state`.") Optional<Path> socket) {

  /// In the state folder.
  public static final ControlConfig DEFAULTS = new ControlConfig(Optional.empty());

  /// Where the socket is.
  ///
  /// @param state the folder of `mail.state`
  public Path socketOr(Path state) {
    return socket.orElseGet(() -> state.resolve("control.sock"));
  }
}
