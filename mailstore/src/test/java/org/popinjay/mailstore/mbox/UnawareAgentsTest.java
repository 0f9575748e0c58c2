package org.popinjay.mailstore.mbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.mailbox.Mda;
import org.popinjay.mailstore.mailbox.Spools;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;

/// Agents that take one kind of lock only deliver between any two calls of a session, wherever that
/// lock is to be had: no mail is lost, none comes twice.
class UnawareAgentsTest {
  private static final String TEA = "tea";
  private static final int LATE = 99;

  @TempDir(factory = RamDirectory.class)
  private Path folder;

  /// The lock that the agent takes.
  enum Agent {
    DOTLOCK_ONLY {
      @Override
      boolean mayWrite(Path spool) {
        return Files.notExists(Path.of(spool + ".lock"));
      }
    },
    FCNTL_ONLY {
      @Override
      boolean mayWrite(Path spool) throws Exception {
        int descriptor = Posix.files().open(spool.toString(), OpenFlags.READ_WRITE, 0);
        try {
          return Posix.files().tryLock(descriptor, true);
        } finally {
          Posix.files().close(descriptor);
        }
      }
    };

    abstract boolean mayWrite(Path spool) throws Exception;
  }

  /// Delivers once, at the first chance from a certain call on.
  private static final class Delivery {
    private final Agent agent;
    private final Path spool;
    private final int from;
    private boolean begun;
    private int calls;
    private boolean done;

    Delivery(Agent agent, Path spool, int from) {
      this.agent = agent;
      this.spool = spool;
      this.from = from;
    }

    Object tryNow() throws Exception {
      calls += begun ? 1 : 0;
      if (begun && !done && calls >= from && agent.mayWrite(spool)) {
        done = true;
        new Mda(spool).append(Spools.stored(Letters.letter(LATE)));
      }
      return this;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeliveryAtAnyMomentOfASessionIsNeitherLostNorDoubled(Agent agent) throws Exception {
    int calls = session(agent, Integer.MAX_VALUE);
    assertThat(calls).isGreaterThan(40);
    for (int call = 1; call <= calls; call++) {
      session(agent, call);
    }
  }

  /// Fetches three messages, removes the first two, and looks again.
  private int session(Agent agent, int from) throws Exception {
    var place = Files.createDirectory(folder.resolve(agent + "-" + from));
    var spool = place.resolve("spool").resolve(TEA);
    var delivery = new Delivery(agent, spool, from);
    try (var rig =
        MboxRig.lean(place, TamperedCalls.interrupted(Posix.files(), delivery::tryNow))) {
      rig.deliver(TEA, 1, 2, 3);
      delivery.begun = true;
      switch (rig.store().account(rig.owner(TEA)).claim(new TestHolder())) {
        case StoreResult.Failed<Maildrop>(var failure) -> throw new AssertionError(failure);
        case StoreResult.Done<Maildrop>(var drop) -> {
          try (drop) {
            fetch(drop);
            assertThat(drop.commit(firstTwo(), new BitSet())).isInstanceOf(StoreResult.Done.class);
          }
        }
      }
      int calls = delivery.calls;
      var left = Spools.serials(Files.readAllBytes(spool));
      var expected = delivery.done ? List.of(3, LATE) : List.of(3);
      assertThat(left).as("in the spool, delivered at call " + from).isEqualTo(expected);
      try (var drop = rig.claim(TEA)) {
        assertThat(serials(drop)).as("served, delivered at call " + from).isEqualTo(expected);
      }
      return calls;
    }
  }

  private static BitSet firstTwo() {
    var numbers = new BitSet();
    numbers.set(1, 3);
    return numbers;
  }

  private static void fetch(Maildrop drop) {
    assertThat(serials(drop)).startsWith(1, 2, 3);
  }

  private static List<Integer> serials(Maildrop drop) {
    return IntStream.rangeClosed(1, drop.count())
        .mapToObj(number -> Letters.serial(octets(drop.content(number))))
        .toList();
  }
}
