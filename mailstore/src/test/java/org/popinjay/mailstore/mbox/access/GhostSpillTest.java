package org.popinjay.mailstore.mbox.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.memory.WireForm;

/// Texts of messages that are gone and of which somebody was not told yet.
class GhostSpillTest {
  private static final String TEA = "tea";

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder);
    rig.deliver(TEA, 1, 2, 3);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static byte[] wire(int serial) {
    return WireForm.of(Letters.letter(serial));
  }

  private static void assertServes(MailboxView view, int position, int serial) {
    assertThat(octets(view.content(position))).isEqualTo(wire(serial));
  }

  @Test
  void whatAnotherSessionRemovedIsReadUntilThatIsTold() throws Exception {
    try (var here = rig.view(TEA);
        var there = rig.view(TEA)) {
      done(there.expunge(new int[] {1, 3}));
      done(there.sync(true));
      for (int serial = 1; serial <= 3; serial++) {
        assertServes(here, serial, serial);
      }
      done(here.sync(false));
      assertServes(here, 3, 3);
      done(here.sync(true));
      assertServes(here, 1, 2);
    }
  }

  @Test
  void whatPop3RemovedIsReadToo() throws Exception {
    try (var here = rig.view(TEA)) {
      try (var drop = rig.claim(TEA)) {
        var first = new BitSet();
        first.set(1);
        done(drop.commit(first, new BitSet()));
      }
      assertServes(here, 1, 1);
    }
  }

  @Test
  void readingGoesOnWhenAMessageIsRemovedMeanwhile() throws Exception {
    try (var here = rig.view(TEA);
        var there = rig.view(TEA);
        var content = done(here.content(2))) {
      var whole = ByteBuffer.allocateDirect((int) content.octets());
      assertThat(content.read(whole.limit(10))).isEqualTo(new Chunk.Octets(10));
      done(there.expunge(new int[] {2}));
      whole.limit(whole.capacity());
      while (whole.hasRemaining()) {
        assertThat(content.read(whole)).isInstanceOf(Chunk.Octets.class);
      }
      var octets = new byte[whole.capacity()];
      whole.flip().get(octets);
      assertThat(octets).isEqualTo(wire(2));
    }
  }

  @Test
  void onceAllWereToldNothingIsKept() throws Exception {
    try (var here = rig.view(TEA);
        var there = rig.view(TEA);
        var content = done(here.content(1))) {
      done(there.expunge(new int[] {1}));
      done(here.sync(true));
      done(there.sync(true));
      assertThat(content.read(ByteBuffer.allocateDirect(100))).isInstanceOf(Chunk.Lost.class);
    }
  }

  @Test
  void withoutRoomTheMessageIsJustGone() throws Exception {
    try (var here = rig.view(TEA);
        var there = rig.view(TEA)) {
      Files.delete(folder.resolve("state/.scratch"));
      assertThat(done(there.expunge(new int[] {1}))).isEqualTo(1);
      assertThat(failure(here.content(1))).isInstanceOf(StoreFailure.Gone.class);
      assertServes(here, 2, 2);
    }
  }

  @Test
  void whatAnotherProgramRemovedIsGone() throws Exception {
    try (var here = rig.view(TEA)) {
      rig.removeBehindTheBack(TEA, 1);
      assertThat(failure(here.content(1))).isInstanceOf(StoreFailure.Gone.class);
    }
  }
}
