package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.Outcomes.done;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every engine promises of octets that protocols keep with messages.
public interface RememberContract {
  /// The engine of this test, empty at its start.
  StoreRig rig();

  private static byte[] note(int serial, int octets) {
    byte[] note = new byte[octets];
    for (int i = 0; i < octets; i++) {
      note[i] = (byte) (serial + i);
    }
    return note;
  }

  @Test
  default void whatWasRememberedIsHadAgainAlsoByOthers() throws Exception {
    rig().deliver(TEA, IntStream.rangeClosed(1, 300).toArray());
    try (var view = rig().view(TEA);
        var other = rig().view(TEA)) {
      for (int position = 1; position <= 300; position += 2) {
        assertThat(view.remembered(position)).isNull();
        view.remember(position, note(position, position));
      }
      for (int position = 1; position <= 300; position++) {
        assertThat(other.remembered(position))
            .isEqualTo(position % 2 == 0 ? null : note(position, position));
      }
      view.remember(7, note(1, 65_536));
      assertThat(other.remembered(7)).isEqualTo(note(1, 65_536));
      view.remember(7, new byte[0]);
      assertThat(other.remembered(7)).isEmpty();
    }
  }

  @Test
  default void itGoesWithTheMessageAndNotWithItsPlace() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var view = rig().view(TEA)) {
      for (int position = 1; position <= 3; position++) {
        view.remember(position, note(position, 100));
      }
      done(view.expunge(new int[] {1}));
      done(view.sync(true));
      assertThat(view.remembered(1)).isEqualTo(note(2, 100));
      assertThat(view.remembered(2)).isEqualTo(note(3, 100));
      rig().deliver(TEA, 4);
      done(view.sync(true));
      assertThat(view.remembered(3)).isNull();
    }
  }

  @Test
  default void tooMuchIsNotKept() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      view.remember(1, note(1, 65_537));
      assertThat(view.remembered(1)).isNull();
    }
  }

  @Test
  default void itMayOutliveTheEngineAndIsRightThen() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var view = rig().view(TEA)) {
      view.remember(2, note(2, 1_000));
    }
    if (rig().keepsMail()) {
      rig().reopen();
      try (var view = rig().view(TEA)) {
        assertThat(view.remembered(1)).isNull();
        assertThat(view.remembered(2)).isIn(null, note(2, 1_000));
      }
    }
  }
}
