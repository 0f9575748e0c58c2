package org.popinjay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.transcript.Awaited;

class DiskPermitsTest {
  private final DiskPermits permits = new DiskPermits(3, 2);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch answer = new CountDownLatch(1);

  @AfterEach
  void end() {
    answer.countDown();
    threads.close();
    assertThat(permits.available()).isEqualTo(3);
    assertThat(permits.waiting("tea")).isZero();
  }

  @Test
  void aDiskThatDoesNotAnswerTakesTheTurnsOfItsUserAlone() {
    for (int i = 0; i < 10; i++) {
      hang(answer);
    }
    Awaited.until(() -> permits.waiting("tea") == 8);
    assertThat(permits.available()).isEqualTo(1);

    run(
        "cocoa",
        () -> {
          try (var _ = DiskPermits.take()) {
            assertThat(permits.available()).isZero();
          }
        });
    assertThat(permits.waiting("tea")).isEqualTo(8);
  }

  @Test
  void lanesOfAUserComeInTheirOrder() {
    var one = new CountDownLatch(1);
    hang(answer);
    hang(one);
    Awaited.until(() -> permits.available() == 1);
    var order = new CopyOnWriteArrayList<Integer>();
    for (int i = 1; i <= 5; i++) {
      int number = i;
      permits
          .lane("tea", threads)
          .execute(() -> {
            try (var _ = DiskPermits.take()) {
              order.add(number);
            }
          });
      Awaited.until(() -> permits.waiting("tea") == number);
    }
    assertThat(order).isEmpty();
    one.countDown();
    Awaited.until(() -> order.size() == 5);
    assertThat(order).isEqualTo(IntStream.rangeClosed(1, 5).boxed().toList());
  }

  @Test
  void aTurnWithinATurnIsTheSameTurn() {
    run(
        "tea",
        () -> {
          try (var _ = DiskPermits.take()) {
            try (var _ = DiskPermits.takeToRead()) {
              assertThat(permits.available()).isEqualTo(2);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            assertThat(permits.available()).isEqualTo(2);
          }
          assertThat(permits.available()).isEqualTo(3);
        });
  }

  @Test
  void whoReadsForNobodyIsLetGo() {
    hang(answer);
    hang(answer);
    Awaited.until(() -> permits.available() == 1);
    var reader = permits.lane("tea", threads);
    var outcome = reading(reader, true);
    Awaited.until(() -> permits.waiting("tea") == 1);
    reader.abandon();
    assertThat(outcome.join()).isEqualTo("let go");
    assertThat(permits.waiting("tea")).isZero();

    assertThat(reading(reader, true).join()).isEqualTo("let go");
  }

  @Test
  void whoChangesSomethingWaitsAlsoForNobody() {
    hang(answer);
    hang(answer);
    Awaited.until(() -> permits.available() == 1);
    var writer = permits.lane("tea", threads);
    var outcome = reading(writer, false);
    Awaited.until(() -> permits.waiting("tea") == 1);
    writer.abandon();
    assertThat(permits.waiting("tea")).isEqualTo(1);
    answer.countDown();
    assertThat(outcome.join()).isEqualTo("read");
  }

  @Test
  void whatRunsOnNoLaneWaitsForNoTurn() {
    try (var _ = DiskPermits.take()) {
      assertThat(permits.available()).isEqualTo(3);
    }
  }

  /// A lane whose disk answers when the latch is at zero.
  private void hang(CountDownLatch until) {
    permits
        .lane("tea", threads)
        .execute(() -> {
          try (var _ = DiskPermits.take()) {
            until.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private void run(String user, Runnable task) {
    CompletableFuture.runAsync(task, permits.lane(user, threads)).join();
  }

  private CompletableFuture<String> reading(DiskLane lane, boolean readsOnly) {
    var outcome = new CompletableFuture<String>();
    lane.execute(() -> {
      lane.readsOnly(readsOnly);
      try (var _ = DiskPermits.takeToRead()) {
        outcome.complete("read");
      } catch (InterruptedException _) {
        outcome.complete(Thread.currentThread().isInterrupted() ? "interrupted" : "let go");
      }
    });
    return outcome;
  }
}
