package org.popinjay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.Awaited;

class CommandLaneTest {
  private static final int QUEUED_MAX = 8;
  private static final int OCTETS_MAX = 1000;

  private final EventLoop loop = new DefaultEventLoop();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Log log = new Log();
  private final PausedIntake intake = new PausedIntake();
  private final CommandLane<String> lane =
      new CommandLane<>(loop, threads, intake, new CommandLane.Room(QUEUED_MAX, OCTETS_MAX), log);

  /// Commands that begin with `!` need only memory, `wait` waits for the test, `fault` throws.
  private final class Log implements CommandLane.Work<String> {
    final List<String> done = Collections.synchronizedList(new ArrayList<>());
    final Semaphore gate = new Semaphore(0);
    final Semaphore idle = new Semaphore(0);
    final List<Limit> full = Collections.synchronizedList(new ArrayList<>());
    int besides;

    @Override
    public int octets(String command) {
      return command.length();
    }

    @Override
    public long octetsBesides() {
      return besides;
    }

    @Override
    public void full(Limit limit) {
      full.add(limit);
    }

    @Override
    public boolean immediate(String command) {
      return command.startsWith("!");
    }

    @Override
    public void perform(String command) {
      if (command.equals("wait")) {
        gate.acquireUninterruptibly();
      }
      if (command.equals("fault")) {
        throw new IllegalStateException("a fault");
      }
      done.add(command + (loop.inEventLoop() ? "@loop" : "@lane"));
    }

    @Override
    public void failed(Throwable fault) {
      done.add(String.valueOf(fault.getMessage()));
    }

    @Override
    public void idle() {
      idle.release();
    }
  }

  /// Notes what is asked of it.
  private static final class PausedIntake implements Intake {
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void pause(Reason reason) {
      asked.add("pause " + reason);
    }

    @Override
    public void resume(Reason reason) {
      asked.add("resume " + reason);
    }

    @Override
    public boolean nothingBehind() {
      return true;
    }

    @Override
    public void stop() {
      asked.add("stop");
    }
  }

  @AfterEach
  void stop() {
    threads.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void whatNeedsOnlyMemoryIsDoneAtOnceOnTheEventLoop() throws Exception {
    submit("!stat", "!noop");
    assertThat(log.done).containsExactly("!stat@loop", "!noop@loop");
    assertThat(busy()).isFalse();
  }

  @Test
  void everythingElseIsDoneOnAThreadOfItsOwn() throws Exception {
    submit("retr");
    log.idle.acquire();
    assertThat(log.done).containsExactly("retr@lane");
    assertThat(busy()).isFalse();
  }

  @Test
  void nothingOvertakesWhatCameBeforeIt() throws Exception {
    submit("wait", "!noop", "retr", "!stat");
    assertThat(log.done).isEmpty();
    log.gate.release();
    log.idle.acquire();
    assertThat(log.done)
        .extracting(done -> done.substring(0, done.indexOf('@')))
        .containsExactly("wait", "!noop", "retr", "!stat");
  }

  @Test
  void manyCommandsStayInOrder() throws Exception {
    var commands = IntStream.range(0, 2000).mapToObj(i -> (i % 3 == 0 ? "!" : "") + i).toList();
    for (var command : commands) {
      submit(command);
    }
    Awaited.until(() -> log.done.size() == commands.size());
    assertThat(log.done)
        .extracting(done -> done.substring(0, done.indexOf('@')))
        .isEqualTo(commands);
  }

  @Test
  void aFullQueuePausesTheIntakeUntilItHasDrained() throws Exception {
    submit("wait");
    Awaited.until(() -> log.gate.hasQueuedThreads());
    submit(IntStream.range(0, QUEUED_MAX - 1).mapToObj(i -> "c" + i).toArray(String[]::new));
    assertThat(intake.asked).isEmpty();
    submit("last");
    assertThat(intake.asked).containsExactly("pause QUEUE");
    log.gate.release();
    log.idle.acquire();
    Awaited.until(() -> intake.asked.contains("resume QUEUE"));
    assertThat(log.done).hasSize(QUEUED_MAX + 1);
    assertThat(log.full).containsExactly(Limit.QUEUED_COMMANDS);
  }

  @Test
  void soManyOctetsPauseTheIntakeUntilTheyAreFew() throws Exception {
    submit("wait");
    Awaited.until(() -> log.gate.hasQueuedThreads());
    submit("x".repeat(OCTETS_MAX / 2), "y".repeat(OCTETS_MAX / 2 - 1));
    assertThat(intake.asked).isEmpty();
    submit("z");
    assertThat(intake.asked).containsExactly("pause QUEUE");
    log.gate.release();
    log.idle.acquire();
    Awaited.until(() -> intake.asked.contains("resume QUEUE"));
    assertThat(log.done).hasSize(4);
    assertThat(log.full).containsExactly(Limit.CONNECTION_OCTETS);
  }

  @Test
  void whatTheConnectionHoldsBesidesCountsWhileACommandWaits() throws Exception {
    submit("wait");
    Awaited.until(() -> log.gate.hasQueuedThreads());
    log.besides = OCTETS_MAX;
    onLoop(lane::weigh);
    assertThat(intake.asked).as("nothing waits that could set it going again").isEmpty();
    submit("x");
    assertThat(intake.asked).containsExactly("pause QUEUE");
    log.gate.release();
    log.idle.acquire();
    Awaited.until(() -> intake.asked.contains("resume QUEUE"));
  }

  @Test
  void aFaultIsReportedAndTheNextCommandIsDone() throws Exception {
    submit("fault", "retr");
    log.idle.acquire();
    assertThat(log.done).containsExactly("a fault", "retr@lane");
  }

  @Test
  void whatWasNotBegunCanBeForgotten() throws Exception {
    submit("wait");
    Awaited.until(() -> log.gate.hasQueuedThreads());
    submit("retr", "dele");
    onLoop(lane::forget);
    log.gate.release();
    log.idle.acquire();
    assertThat(log.done).containsExactly("wait@lane");
  }

  @Test
  void idlenessIsToldOnTheEventLoopBehindTheLastCommand() throws Exception {
    for (int i = 0; i < 100; i++) {
      submit("retr");
      log.idle.acquire();
      assertThat(log.done).hasSize(i + 1);
    }
    assertThat(log.idle.availablePermits()).isZero();
  }

  private void submit(String... commands) throws ExecutionException, InterruptedException {
    onLoop(() -> List.of(commands).forEach(lane::submit));
  }

  private boolean busy() throws ExecutionException, InterruptedException {
    return loop.submit(lane::busy).get();
  }

  private void onLoop(Runnable task) throws ExecutionException, InterruptedException {
    loop.submit(task).get();
  }
}
