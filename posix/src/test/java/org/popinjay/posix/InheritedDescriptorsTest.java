package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InheritedDescriptorsTest {

  @Test
  void aListeningSocketNeverBlocksAndIsNotHandedOn() throws Exception {
    var before = sockets();
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
      int descriptor = listening(before);
      InheritedDescriptors.adoptListening(descriptor);
      // O_NONBLOCK and O_CLOEXEC, among O_RDWR.
      assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + descriptor)))
          .containsPattern("flags:\\s+02004002\n");
    }
  }

  @Test
  void whatDoesNotListenIsRefused() throws Exception {
    assertThatThrownBy(() -> InheritedDescriptors.adoptListening(9999))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("fd 9999: EBADF");
    int file = Posix.files().open("/dev/null", OpenFlags.READ, 0);
    assertThatThrownBy(() -> InheritedDescriptors.adoptListening(file))
        .hasMessageContaining("ENOTSOCK");
    Posix.files().close(file);
    int socket = Native.LIBC.socket(1, 2, 0);
    assertThatThrownBy(() -> InheritedDescriptors.adoptListening(socket))
        .hasMessageContaining("EINVAL");
    Posix.files().close(socket);
  }

  /// The one that came and listens; others may have come besides.
  private static int listening(Set<Integer> before) throws IOException {
    for (int descriptor : sockets()) {
      if (!before.contains(descriptor)) {
        try {
          InheritedDescriptors.adoptListening(descriptor);
          return descriptor;
        } catch (PosixException _) {
          // another
        }
      }
    }
    throw new AssertionError("no socket came");
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException _) {
      // closed meanwhile
      return "";
    }
  }

  private static Set<Integer> sockets() throws IOException {
    var open = new HashSet<Integer>();
    try (var names = Files.list(Path.of("/proc/self/fd"))) {
      for (var name : (Iterable<Path>) names::iterator) {
        if (target(name).startsWith("socket:")) {
          open.add(Integer.parseInt(name.getFileName().toString()));
        }
      }
    }
    return open;
  }
}
