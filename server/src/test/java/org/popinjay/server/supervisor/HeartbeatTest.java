package org.popinjay.server.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final DefaultEventExecutorGroup loops = new DefaultEventExecutorGroup(3);
  private final Semaphore beats = new Semaphore(0);

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void aLoopThatIsStuckStopsItAndItBeatsOnBehindThat() throws Exception {
    var all = new ArrayList<EventExecutor>();
    loops.forEach(all::add);
    var heartbeat = Heartbeat.begin(all, Duration.ofMillis(1), beats::release);
    await(3);
    var stuck = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    all.get(2)
        .execute(() -> {
          stuck.countDown();
          try {
            free.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    stuck.await();
    // The round that was under way when it got stuck ends with the others.
    for (var loop : all.subList(0, 2)) {
      loop.submit(() -> {}).sync();
    }
    beats.drainPermits();
    // Rounds are begun every millisecond by the first loop, which is not stuck.
    for (int i = 0; i < 20; i++) {
      all.getFirst().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).await();
    }
    assertThat(beats.availablePermits()).isZero();
    free.countDown();
    await(3);
    heartbeat.end();
  }

  private void await(int count) throws InterruptedException {
    assertThat(beats.tryAcquire(count, 60, TimeUnit.SECONDS)).isTrue();
  }
}
