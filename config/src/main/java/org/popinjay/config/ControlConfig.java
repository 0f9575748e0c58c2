package org.popinjay.config;

import java.nio.file.Path;
import java.util.Optional;

/// How commands talk to the running server.
public record ControlConfig(
    @Setting("Socket, mode 0600; default: `control.sock` in `mail.state`.") Optional<Path> socket,
    @Setting(
            "Socket by which users of this machine come in by IMAP without a password, each as"
                + " who he is, for `popinjay preauth`; mode 0666. The command looks in"
                + " `/run/popinjay/preauth` unless told otherwise; default: none.")
        Optional<Path> preauth) {

  /// In the state folder.
  public static final ControlConfig DEFAULTS =
      new ControlConfig(Optional.empty(), Optional.empty());

  /// Where the socket is.
  ///
  /// @param state the folder of `mail.state`
  public Path socketOr(Path state) {
    return socket.orElseGet(() -> state.resolve("control.sock"));
  }
}
