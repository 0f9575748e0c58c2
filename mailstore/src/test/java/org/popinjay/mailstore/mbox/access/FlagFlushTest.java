package org.popinjay.mailstore.mbox.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.mbox.text.StatusHeaders;
import org.popinjay.mailstore.memory.WireForm;
import org.popinjay.posix.Posix;

/// Flags on their way into the spool, and out of it after other programs were there.
class FlagFlushTest {
  private static final String TEA = "tea";
  private static final int[] FIRST = {1};

  @TempDir private Path folder;

  private final AtomicLong scanned = new AtomicLong();
  private final AtomicLong rewritten = new AtomicLong();
  private MboxRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new MboxRig(
            folder,
            Posix.files(),
            new StoreEvents() {
              @Override
              public void scanned(long octets) {
                scanned.addAndGet(octets);
              }

              @Override
              public void rewritten(long octets) {
                rewritten.addAndGet(octets);
              }
            },
            MboxConfig.DEFAULTS);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String spool() throws Exception {
    return Files.readString(rig.spool(TEA), ISO_8859_1);
  }

  private static FlagChange add(Flag... flags) {
    return new FlagChange.Add(Flags.of(flags));
  }

  private static FlagChange label(String... keywords) {
    return new FlagChange.Add(new Flags(FlagSet.NONE, Keywords.of(keywords)));
  }

  private static void assertServes(MailboxView view, int... serials) {
    assertThat(view.count()).isEqualTo(serials.length);
    for (int i = 0; i < serials.length; i++) {
      assertThat(octets(view.content(i + 1))).isEqualTo(WireForm.of(Letters.letter(serials[i])));
    }
  }

  @Test
  void flagsGetIntoMessagesThatHadNoFields() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    try (var view = rig.view(TEA)) {
      done(view.flag(new int[] {2}, add(Flag.SEEN, Flag.ANSWERED), null));
      done(view.flag(new int[] {2}, label("$Junk"), null));
      var before = view.highestModSeq();
      assertThat(spool()).doesNotContain("Status:");
      done(view.flush());
      assertThat(spool())
          .containsOnlyOnce("\nStatus: RO\nX-Status: A   \nX-Keywords: $Junk ")
          .contains("X-Serial: 1\n\n");
      assertServes(view, 1, 2, 3);
      assertThat(done(view.sync(true))).isEmpty();
      assertThat(view.highestModSeq()).isEqualTo(before);
    }
  }

  @Test
  void flagsThatHaveRoomAreWrittenOver() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    // Where files have coarse times, those of a spool that was just written are not believed.
    rig.pass(Duration.ofMinutes(1));
    try (var view = rig.view(TEA)) {
      done(view.flag(FIRST, add(Flag.SEEN), null));
      done(view.flag(FIRST, label("a"), null));
      done(view.flush());
      long octets = Files.size(rig.spool(TEA));
      rewritten.set(0);
      done(view.flag(FIRST, add(Flag.DELETED, Flag.DRAFT), null));
      done(view.flag(FIRST, new FlagChange.Remove(Flags.of(Flag.SEEN)), null));
      done(view.flag(FIRST, label("b", "c"), null));
      done(view.flush());
      assertThat(spool()).contains("\nStatus: O \nX-Status: TD  \nX-Keywords: a b c ");
      assertThat(Files.size(rig.spool(TEA))).isEqualTo(octets);
      assertThat(rewritten.get()).isBetween(1L, (long) StatusHeaders.LONGEST_PATCH);
      assertServes(view, 1, 2, 3);

      rewritten.set(0);
      scanned.set(0);
      done(view.flush());
      done(view.sync(true));
      assertThat(rewritten.get()).isZero();
      assertThat(scanned.get()).isZero();
    }
  }

  @Test
  void everythingIsThereAfterARestart() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    List<?> before;
    Object highest;
    try (var view = rig.view(TEA)) {
      done(view.flag(new int[] {1, 2}, add(Flag.SEEN), null));
      done(view.flag(FIRST, label("$Junk", "work"), null));
      done(view.flush());
      done(view.flag(new int[] {3}, label("late"), null));
      done(view.expunge(new int[] {2}));
      done(view.sync(true));
      before = metas(view);
      highest = view.highestModSeq();
    }
    rig.reopen();
    try (var view = rig.view(TEA)) {
      assertThat(metas(view)).isEqualTo(before);
      assertThat(view.highestModSeq()).isEqualTo(highest);
      assertThat(view.recent()).isZero();
      assertServes(view, 1, 3);
    }
  }

  private static List<?> metas(MailboxView view) {
    return IntStream.rangeClosed(1, view.count())
        .mapToObj(view::message)
        .map(meta -> List.of(meta.uid(), meta.flags(), meta.modSeq(), meta.octets()))
        .toList();
  }

  @Test
  void whatAnotherProgramChangesIsNews() throws Exception {
    rig.deliver(TEA, 1, 2);
    try (var view = rig.view(TEA)) {
      done(view.flag(new int[] {1, 2}, add(Flag.SEEN), null));
      done(view.flag(new int[] {1, 2}, label("a"), null));
      done(view.flush());
      var before = view.highestModSeq();
      rig.rewrite(
          TEA,
          messages ->
              List.of(
                  messages.get(0),
                  messages
                      .get(1)
                      .replace("X-Status:     ", "X-Status: F   ")
                      .replace("X-Keywords: a", "X-Keywords: b")));
      assertThat(done(view.sync(true))).containsExactly(new MailboxChange.Flagged(2));
      assertThat(view.message(2).flags())
          .isEqualTo(new Flags(FlagSet.of(Flag.SEEN, Flag.FLAGGED), Keywords.of("b")));
      assertThat(view.message(2).modSeq()).isGreaterThan(before);
      assertThat(view.message(1).flags().keywords()).isEqualTo(Keywords.of("a"));
      assertThat(view.message(1).modSeq()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void keywordsOfAnotherServerAreTakenOver() throws Exception {
    Files.writeString(
        rig.spool(TEA),
        """
        From a@example.org Thu Nov  9 22:33:52 2023
        X-IMAPbase: 1700000000 0000000002 work $Junk
        Status: RO
        X-Status: F
        X-Keywords: work
        X-UID: 1
        X-Serial: 1

        one

        From a@example.org Thu Nov  9 22:33:52 2023
        X-Keywords: undeclared $Junk
        X-UID: 2
        X-Serial: 2

        two

        """,
        ISO_8859_1);
    Files.setPosixFilePermissions(
        rig.spool(TEA), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    try (var view = rig.view(TEA)) {
      assertThat(view.uidValidity().value()).isEqualTo(1_700_000_000L);
      assertThat(view.message(1).flags())
          .isEqualTo(new Flags(FlagSet.of(Flag.SEEN, Flag.FLAGGED), Keywords.of("work")));
      assertThat(view.message(2).flags().keywords()).isEqualTo(Keywords.NONE);
      assertThat(view.keywords()).isEqualTo(Keywords.of("$Junk", "work"));
    }
  }

  @Test
  void aLogThatIsLostLosesNoModSeq() throws Exception {
    rig.deliver(TEA, 1, 2);
    try (var view = rig.view(TEA)) {
      done(view.flag(FIRST, add(Flag.SEEN), null));
      var before = view.highestModSeq();
      try (var files = Files.list(rig.state(TEA))) {
        for (var file : files.filter(each -> !each.endsWith("registry")).toList()) {
          Files.delete(file);
        }
      }
      assertThat(done(view.sync(true)).getFirst()).isInstanceOf(MailboxChange.Stale.class);
      try (var next = rig.view(TEA)) {
        assertThat(next.highestModSeq()).isGreaterThan(before);
        assertThat(next.message(1).modSeq()).isGreaterThan(before);
        assertThat(next.remembersRemovals(before)).isFalse();
      }
    }
  }

  @Test
  void aRemovalTakesFlagsAndKeywordsAlong() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    try (var view = rig.view(TEA)) {
      done(view.flag(new int[] {3}, add(Flag.SEEN), null));
      done(view.flag(new int[] {3}, label("x"), null));
      done(view.expunge(FIRST));
      done(view.sync(true));
      assertThat(spool()).contains("\nStatus: RO\nX-Status:     \nX-Keywords: x ");
      assertServes(view, 2, 3);
    }
  }
}
