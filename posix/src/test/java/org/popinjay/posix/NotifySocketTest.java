package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
  @TempDir Path folder;

  @Test
  void textsArriveOneByOne() throws Exception {
    for (var path :
        new String[] {folder + "/notify", "@popinjay-" + ProcessHandle.current().pid()}) {
      try (var manager = new TestNotifyReceiver(path);
          var socket = NotifySocket.connect(path)) {
        socket.send("READY=1\nSTATUS=gr\u00fc\u00df");
        assertThat(socket.offer("WATCHDOG=1")).isTrue();
        assertThat(manager.next()).isEqualTo("READY=1\nSTATUS=gr\u00fc\u00df");
        assertThat(manager.next()).isEqualTo("WATCHDOG=1");
      }
    }
  }

  @Test
  void anOfferDoesNotWaitForABusyManager() throws Exception {
    try (var manager = new TestNotifyReceiver(folder + "/notify");
        var socket = NotifySocket.connect(folder + "/notify")) {
      int taken = 0;
      while (socket.offer("x".repeat(2000))) {
        taken++;
      }
      assertThat(taken).isPositive();
      assertThat(manager.next()).hasSize(2000);
      assertThat(socket.offer("y")).isTrue();
    }
  }

  @Test
  void aManagerThatIsNotThereIsToldOf() {
    assertThatThrownBy(() -> NotifySocket.connect(folder + "/nobody"))
        .isInstanceOf(PosixException.class)
        .hasMessageContaining("ENOENT");
    assertThatThrownBy(() -> NotifySocket.connect("/" + "x".repeat(200)))
        .hasMessageContaining("ENAMETOOLONG");
  }
}
