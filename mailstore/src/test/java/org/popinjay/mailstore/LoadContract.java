package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.MaildropContract.numbers;
import static org.popinjay.mailstore.Outcomes.done;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every engine promises when everybody does everything at once.
public interface LoadContract {
  /// Threads that deliver.
  int AGENTS = 3;

  /// Messages that each of them delivers.
  int LETTERS_EACH = 40;

  /// The engine of this test, empty at its start.
  StoreRig rig();

  /// One look of a session into the mailbox.
  interface Look {
    /// Fetches and removes what there is.
    ///
    /// @param fetched takes the serial numbers
    /// @return how many messages the session removed
    int take(StoreRig rig, List<Integer> fetched);
  }

  @Test
  @Timeout(120)
  default void underLoadEachMessageIsFetchedAndRemovedOnce() throws Exception {
    var fetched = new ArrayList<Integer>();
    int removed = run(fetched, LoadContract::fetchAll, LoadContract::fetchAll);
    assertThat(fetched)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, AGENTS * LETTERS_EACH).boxed().toList());
    assertThat(removed).isEqualTo(AGENTS * LETTERS_EACH);
  }

  @Test
  @Timeout(120)
  default void underLoadAMaildropAndAViewRemoveEachMessageOnceBetweenThem() throws Exception {
    assertThat(run(new ArrayList<>(), LoadContract::fetchAll, LoadContract::expungeAll))
        .isEqualTo(AGENTS * LETTERS_EACH);
  }

  /// Lets the agents deliver while the sessions take mail, until all is delivered and taken.
  private int run(List<Integer> fetched, Look... looks) throws Exception {
    var agentsLeft = new AtomicInteger(AGENTS);
    var removed = new AtomicInteger();
    var tasks = new ArrayList<Callable<List<Integer>>>();
    for (int agent = 0; agent < AGENTS; agent++) {
      int first = agent * LETTERS_EACH;
      tasks.add(() -> {
        try {
          rig().deliver(TEA, IntStream.range(first, first + LETTERS_EACH).toArray());
        } finally {
          agentsLeft.decrementAndGet();
        }
        return List.of();
      });
    }
    for (var look : looks) {
      tasks.add(() -> {
        var mine = new ArrayList<Integer>();
        while (agentsLeft.get() > 0) {
          removed.addAndGet(look.take(rig(), mine));
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        return mine;
      });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Integer>> task : threads.invokeAll(tasks)) {
        fetched.addAll(task.get());
      }
    }
    removed.addAndGet(looks[0].take(rig(), fetched));
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.count()).isZero();
    }
    return removed.get();
  }

  /// What a POP3 client does that leaves nothing on the server; nothing while another session has
  /// the maildrop.
  private static int fetchAll(StoreRig rig, List<Integer> fetched) {
    return switch (rig.store().account(rig.owner(TEA)).claim(new TestHolder())) {
      case StoreResult.Failed<Maildrop>(StoreFailure failure) -> {
        assertThat(failure).isInstanceOf(StoreFailure.Claimed.class);
        yield 0;
      }
      case StoreResult.Done<Maildrop>(var drop) -> {
        try (drop) {
          yield fetchAll(drop, fetched);
        }
      }
    };
  }

  private static int fetchAll(Maildrop drop, List<Integer> fetched) {
    var read = new BitSet();
    for (int number = 1; number <= drop.count(); number++) {
      if (drop.content(number) instanceof StoreResult.Done<MessageContent> content) {
        var octets = Outcomes.octets(content, 512);
        if (octets.isPresent()) {
          fetched.add(Letters.serial(octets.get()));
          read.set(number);
        }
      }
    }
    return done(drop.commit(read, numbers())).removed();
  }

  private static int expungeAll(StoreRig rig, List<Integer> unread) {
    try (var view = rig.view(TEA)) {
      return done(view.expunge(IntStream.rangeClosed(1, view.count()).toArray()));
    }
  }
}
