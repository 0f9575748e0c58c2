package org.popinjay.mailstore.mbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.memory.WireForm;
import org.popinjay.posix.Posix;

/// A spool that its owner may read and not write: by its mode, or on a file system that is mounted
/// so.
class ReadOnlySpoolTest {
  private static final String TEA = "tea";
  private static final int[] FIRST = {1};

  private final AtomicBoolean readOnly = new AtomicBoolean(true);

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    var calls =
        TamperedCalls.readOnly(
            Posix.files(), path -> readOnly.get() && path.endsWith("/spool/" + TEA));
    rig = new MboxRig(folder, calls, StoreEvents.NONE, MboxConfig.DEFAULTS);
    rig.deliver(TEA, 1, 2);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void itIsReadAndNotChanged() throws Exception {
    try (var view = rig.view(TEA)) {
      assertThat(view.writable()).isFalse();
      assertThat(view.takesKeywords()).isFalse();
      assertThat(octets(view.content(2))).isEqualTo(WireForm.of(Letters.letter(2)));
      var seen = new FlagChange.Add(Flags.of(Flag.SEEN));
      assertThat(failure(view.flag(FIRST, seen, null))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(failure(view.expunge(FIRST))).isInstanceOf(StoreFailure.ReadOnly.class);
      var account = rig.store().account(rig.owner(TEA));
      assertThat(failure(Drafts.append(account, MailboxName.INBOX, Letters.letter(3))))
          .isInstanceOf(StoreFailure.ReadOnly.class);
      rig.deliver(TEA, 3);
      done(view.sync(true));
      assertThat(octets(view.content(3))).isEqualTo(WireForm.of(Letters.letter(3)));
    }
  }

  @Test
  void pop3ReadsItAndLearnsAtTheEndThatNothingIsRemoved() throws Exception {
    try (var drop = rig.claim(TEA)) {
      assertThat(octets(drop.content(1))).isEqualTo(WireForm.of(Letters.letter(1)));
      var first = new BitSet();
      first.set(1);
      assertThat(failure(drop.commit(first, first))).isInstanceOf(StoreFailure.ReadOnly.class);
    }
    try (var drop = rig.claim(TEA)) {
      assertThat(drop.count()).isEqualTo(2);
    }
  }

  @Test
  void onceItMayBeWrittenItIs() throws Exception {
    try (var view = rig.view(TEA)) {
      assertThat(view.writable()).isFalse();
    }
    readOnly.set(false);
    try (var drop = rig.claim(TEA)) {
      var first = new BitSet();
      first.set(1);
      assertThat(done(drop.commit(first, new BitSet())).removed()).isEqualTo(1);
    }
    try (var view = rig.view(TEA)) {
      assertThat(view.writable()).isTrue();
      assertThat(done(view.expunge(FIRST))).isEqualTo(1);
    }
  }
}
