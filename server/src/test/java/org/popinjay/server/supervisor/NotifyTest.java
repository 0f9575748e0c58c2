package org.popinjay.server.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.TestNotifyReceiver;

class NotifyTest {
  private static final String OWN = Long.toString(ProcessHandle.current().pid());

  @TempDir Path folder;

  @Test
  void theManagerHearsOfEachTurn() {
    var path = folder + "/notify";
    try (var manager = new TestNotifyReceiver(path);
        var notify = Notify.of(Map.of("NOTIFY_SOCKET", path))) {
      notify.ready("pop3 *:110");
      assertThat(manager.next()).isEqualTo("READY=1\nSTATUS=pop3 *:110");
      notify.alive();
      assertThat(manager.next()).isEqualTo("WATCHDOG=1");
      notify.status("busy");
      assertThat(manager.next()).isEqualTo("STATUS=busy");
      notify.reloading();
      assertThat(manager.next()).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
      notify.stopping();
      assertThat(manager.next()).startsWith("STOPPING=1\n");
    }
  }

  @Test
  void nobodyIsToldWhereNobodyListens() {
    for (var path : List.of("", "/nowhere")) {
      var notify = Notify.of(Map.of("NOTIFY_SOCKET", path));
      assertThat(notify.isHeard()).isFalse();
      notify.ready("unheard");
      notify.close();
    }
  }

  @Test
  void aManagerThatIsGoneDoesNotDisturb() {
    var path = folder + "/notify";
    var manager = new TestNotifyReceiver(path);
    try (var notify = Notify.of(Map.of("NOTIFY_SOCKET", path))) {
      manager.close();
      notify.ready("unheard");
      notify.alive();
    }
  }

  @Test
  void theWatchdogIsForTheProcessThatItNames() {
    assertThat(watchdog(Map.of())).isZero();
    assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000"))).isEqualTo(Duration.ofSeconds(30));
    assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", OWN)))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(watchdog(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1"))).isZero();
    assertThat(watchdog(Map.of("WATCHDOG_USEC", "soon"))).isZero();
  }

  private Duration watchdog(Map<String, String> environment) {
    var path = folder + "/notify" + environment.hashCode();
    var all = new HashMap<>(environment);
    all.put("NOTIFY_SOCKET", path);
    try (var _ = new TestNotifyReceiver(path);
        var notify = Notify.of(all)) {
      return notify.watchdog().orElse(Duration.ZERO);
    }
  }
}
