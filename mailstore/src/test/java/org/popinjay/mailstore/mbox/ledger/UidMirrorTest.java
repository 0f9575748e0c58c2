package org.popinjay.mailstore.mbox.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.PseudoMessage;
import org.popinjay.mailstore.memory.WireForm;

/// What is left of UIDs and keywords when only the spool is.
class UidMirrorTest {
  private static final String TEA = "tea";
  private static final String FROM = "From mda@example.org Thu Nov  9 22:33:52 2023\n";
  private static final long VALIDITY = 1_600_000_000;

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String stored(int serial, String fields) {
    return FROM + fields + new String(Letters.letter(serial), ISO_8859_1) + "\n";
  }

  private static String base(int uidLast) {
    return "X-IMAPbase: %d %010d\n".formatted(VALIDITY, uidLast);
  }

  private void write(String... messages) throws Exception {
    Files.writeString(rig.spool(TEA), String.join("", messages), ISO_8859_1);
    Files.setPosixFilePermissions(rig.spool(TEA), PosixFilePermissions.fromString("rw-------"));
  }

  private String spool() throws Exception {
    return Files.readString(rig.spool(TEA), ISO_8859_1);
  }

  private void loseState() throws Exception {
    rig.close();
    try (var paths = Files.walk(rig.state(TEA))) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    rig.reopen();
  }

  /// The number of each message by its UID.
  private static Map<Long, Integer> serials(MailboxView view) {
    var serials = new TreeMap<Long, Integer>();
    for (int position = 1; position <= view.count(); position++) {
      serials.put(
          view.message(position).uid().value(), Letters.serial(octets(view.content(position))));
    }
    return serials;
  }

  private void append(int serial) {
    var account = rig.store().account(rig.owner(TEA));
    done(Drafts.append(account, MailboxName.INBOX, WireForm.of(Letters.letter(serial))));
  }

  @Test
  void uidsAreTheSameWhenTheStateIsLost() throws Exception {
    write(stored(1, base(42) + "X-UID: 7\n"), stored(2, "X-UID: 40\n"));
    Map<Long, Integer> before;
    try (var view = rig.view(TEA)) {
      rig.deliver(TEA, 3, 4, 5);
      done(view.sync(true));
      done(view.expunge(new int[] {3}));
      append(6);
      done(view.sync(true));
      before = serials(view);
      assertThat(before).containsEntry(44L, 4).containsEntry(45L, 5).containsEntry(46L, 6);
    }
    loseState();
    try (var view = rig.view(TEA)) {
      assertThat(view.uidValidity().value()).isEqualTo(VALIDITY);
      assertThat(serials(view)).isEqualTo(before);
      assertThat(view.uidNext()).isEqualTo(47);
    }
  }

  @Test
  void theUidOfAMessageThatIsGoneIsNotGivenAgain() throws Exception {
    write(stored(1, base(42) + "X-UID: 7\n"));
    try (var view = rig.view(TEA)) {
      rig.deliver(TEA, 2, 3);
      done(view.sync(true));
      done(view.expunge(new int[] {3}));
    }
    assertThat(spool()).contains(base(44)).doesNotContain("X-UID: 43", "X-UID: 0000000043");
    loseState();
    rig.deliver(TEA, 4);
    try (var view = rig.view(TEA)) {
      assertThat(view.uidValidity().value()).isEqualTo(VALIDITY);
      assertThat(serials(view)).containsExactlyInAnyOrderEntriesOf(Map.of(7L, 1, 45L, 2, 46L, 4));
    }
  }

  @Test
  void whatAnotherProgramRemovedIsNotGivenAgainEither() throws Exception {
    write(stored(1, base(42) + "X-UID: 7\n"));
    try (var view = rig.view(TEA)) {
      rig.deliver(TEA, 2, 3);
      done(view.sync(true));
      rig.removeBehindTheBack(TEA, 2);
      done(view.sync(true));
      done(view.flush());
    }
    assertThat(spool()).contains(base(44));
  }

  @Test
  void theBaseGoesOnToTheNextMessageWhenTheFirstIsRemoved() throws Exception {
    write(stored(1, base(42) + "X-UID: 7\n"), stored(2, "X-UID: 8\n"), stored(3, ""));
    try (var view = rig.view(TEA)) {
      done(view.expunge(new int[] {1}));
    }
    assertThat(spool()).contains(base(43), "X-UID: 0000000043").doesNotContain("X-Serial: 1\n");
    loseState();
    try (var view = rig.view(TEA)) {
      assertThat(view.uidValidity().value()).isEqualTo(VALIDITY);
      assertThat(serials(view)).isEqualTo(Map.of(8L, 2, 43L, 3));
    }
  }

  @Test
  void aPseudoMessageIsKeptUpToDate() throws Exception {
    var pseudo =
        PseudoMessage.print(
            new ImapBase(VALIDITY, 9, List.of()), Instant.EPOCH, ZoneOffset.UTC, "example.org");
    write(new String(pseudo, ISO_8859_1), stored(1, "X-UID: 9\n"), stored(2, ""));
    try (var view = rig.view(TEA)) {
      done(view.expunge(new int[] {2}));
    }
    assertThat(spool()).contains("X-IMAP: %d %010d\n".formatted(VALIDITY, 10));
    loseState();
    rig.deliver(TEA, 3);
    try (var view = rig.view(TEA)) {
      assertThat(serials(view)).isEqualTo(Map.of(9L, 1, 11L, 3));
    }
  }

  @Test
  void keywordsAreThereWhenTheStateIsLost() throws Exception {
    write(stored(1, base(2) + "X-UID: 1\n"), stored(2, "X-UID: 2\n"));
    var todo = new Flags(FlagSet.NONE, Keywords.of("todo", "$Junk"));
    try (var view = rig.view(TEA)) {
      done(view.flag(new int[] {2}, new FlagChange.Add(todo), null));
      done(view.flush());
    }
    loseState();
    try (var view = rig.view(TEA)) {
      assertThat(view.uidValidity().value()).isEqualTo(VALIDITY);
      assertThat(view.message(2).flags()).isEqualTo(todo);
    }
  }

  @Test
  void aSpoolWithoutABaseGetsNoUids() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    try (var view = rig.view(TEA)) {
      done(view.expunge(new int[] {1}));
    }
    assertThat(spool()).isEqualTo(stored(2, "") + stored(3, ""));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noUidEverNamesTwoMessages(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    write(stored(1, base(5) + "X-UID: 3\n"), stored(2, "X-UID: 5\n"), stored(3, ""));
    var named = new HashMap<Long, Integer>();
    int serial = 4;
    for (int life = 0; life < 3; life++) {
      try (var view = rig.view(TEA)) {
        for (int step = 0; step < 12; step++) {
          switch (random.nextInt(6)) {
            case 0, 1 -> rig.deliver(TEA, serial++);
            case 2 -> append(serial++);
            case 3 -> remove(view, random);
            case 4 -> done(view.flush());
            default -> {
              if (view.count() > 2 && random.nextInt(3) == 0) {
                rig.removeBehindTheBack(TEA, 2 + random.nextInt(view.count() - 1));
                done(view.sync(true));
                done(view.flush());
              }
            }
          }
          done(view.sync(true));
          check(view, named);
        }
        done(view.flush());
      }
      loseState();
    }
  }

  private static void remove(MailboxView view, SplittableRandom random) {
    var positions = new ArrayList<Integer>();
    for (int position = 1; position <= view.count(); position++) {
      if (random.nextInt(4) == 0) {
        positions.add(position);
      }
    }
    done(view.expunge(positions.stream().mapToInt(Integer::intValue).toArray()));
  }

  private static void check(MailboxView view, Map<Long, Integer> named) {
    if (view.uidValidity().value() == VALIDITY) {
      serials(view)
          .forEach((uid, serial) ->
              assertThat(named.merge(uid, serial, (old, _) -> old))
                  .as("uid " + uid)
                  .isEqualTo(serial));
    }
  }
}
