package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {

  @Test
  void aSignalIsHeardEachTime() throws IOException, InterruptedException {
    var heard = new Semaphore(0);
    Signals.TERM.handle(heard::release);
    for (int i = 0; i < 2; i++) {
      new ProcessBuilder("kill", "-TERM", Long.toString(Posix.processId())).start().waitFor();
      assertThat(heard.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
    }
  }
}
