package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.MaildropContract.numbers;
import static org.popinjay.mailstore.MaildropContract.serials;
import static org.popinjay.mailstore.Outcomes.done;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every engine promises that keeps mail across a restart.
public interface PersistenceContract {

  /// The engine of this test, empty at its start.
  StoreRig rig();

  @Test
  default void messagesUidsAndFlagsOutliveARestart() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    List<Uid> uids;
    UidValidity validity;
    try (var drop = rig().claim(TEA)) {
      uids = List.of(drop.uid(1), drop.uid(3));
      validity = drop.uidValidity();
      done(drop.commit(numbers(2), numbers(3)));
    }
    rig().reopen();
    try (var drop = rig().claim(TEA)) {
      assertThat(serials(drop)).containsExactly(1, 3);
      assertThat(List.of(drop.uid(1), drop.uid(2))).isEqualTo(uids);
      assertThat(drop.uidValidity()).isEqualTo(validity);
      assertThat(drop.flags(1)).isEqualTo(FlagSet.NONE);
      assertThat(drop.flags(2)).isEqualTo(FlagSet.of(Flag.SEEN));
    }
  }

  @Test
  default void uidsOnceShownOutliveARestartEvenIfNothingWasChanged() throws Exception {
    rig().deliver(TEA, 1, 2);
    Uid shown;
    UidValidity validity;
    try (var drop = rig().claim(TEA)) {
      shown = drop.uid(2);
      validity = drop.uidValidity();
    }
    rig().removeBehindTheBack(TEA, 1);
    rig().reopen();
    rig().deliver(TEA, 3);
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.uidValidity()).isEqualTo(validity);
      assertThat(drop.uid(1)).isEqualTo(shown);
      assertThat(drop.uid(2)).isGreaterThan(shown);
    }
  }

  @Test
  default void theUidvalidityOfAnEmptyMailboxOutlivesARestart() throws Exception {
    UidValidity validity;
    try (var drop = rig().claim(TEA)) {
      validity = drop.uidValidity();
    }
    rig().reopen();
    rig().deliver(TEA, 1);
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.uidValidity()).isEqualTo(validity);
    }
  }

  @Test
  default void noUidIsGivenAgainAfterARestart() throws Exception {
    rig().deliver(TEA, IntStream.rangeClosed(1, 5).toArray());
    Uid greatest;
    try (var drop = rig().claim(TEA)) {
      greatest = drop.uid(5);
      done(drop.commit(numbers(1, 2, 3, 4, 5), numbers()));
    }
    rig().reopen();
    rig().deliver(TEA, 6);
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.uid(1)).isGreaterThan(greatest);
    }
  }

  @Test
  default void aClaimEndsWithTheStore() throws Exception {
    rig().deliver(TEA, 1);
    var left = rig().claim(TEA);
    rig().reopen();
    rig().claim(TEA).close();
    left.close();
  }
}
