package org.popinjay.mailstore.mbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.MboxConfig;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.posix.Posix;

/// What other programs do to a spool, and what it does to us.
class SpoolsOfOthersTest {
  private static final String FROM = "From mda@example.org Thu Nov  9 22:33:52 2023\n";

  @TempDir private Path folder;
  private final Heard heard = new Heard();
  private MboxRig rig;

  /// Counts what the engine reports.
  private static final class Heard implements StoreEvents {
    final Map<IndexUse, Integer> uses = new EnumMap<>(IndexUse.class);
    long scanned;
    long forged;

    @Override
    public void scanned(long octets) {
      scanned += octets;
    }

    @Override
    public void indexUsed(IndexUse use) {
      uses.merge(use, 1, Integer::sum);
    }

    @Override
    public void forgedFields(long count) {
      forged += count;
    }
  }

  @BeforeEach
  void open() throws Exception {
    rig = new MboxRig(folder, Posix.files(), heard, MboxConfig.DEFAULTS);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String message(int serial, String... fields) {
    return FROM + String.join("", fields) + new String(Letters.letter(serial), ISO_8859_1) + "\n";
  }

  private void write(String... messages) throws IOException {
    Files.writeString(rig.spool("tea"), String.join("", messages), ISO_8859_1);
    Files.setPosixFilePermissions(rig.spool("tea"), PosixFilePermissions.fromString("rw-------"));
  }

  private void append(String text) throws IOException {
    Files.writeString(rig.spool("tea"), text, ISO_8859_1, StandardOpenOption.APPEND);
  }

  private String spool() throws IOException {
    return Files.readString(rig.spool("tea"), ISO_8859_1);
  }

  private static List<Integer> serials(Maildrop drop) {
    var serials = new ArrayList<Integer>();
    for (int number = 1; number <= drop.count(); number++) {
      serials.add(Letters.serial(octets(drop.content(number))));
    }
    return serials;
  }

  private static List<Uid> uids(Maildrop drop) {
    var uids = new ArrayList<Uid>();
    for (int number = 1; number <= drop.count(); number++) {
      uids.add(drop.uid(number));
    }
    return uids;
  }

  private static BitSet numbers(int... numbers) {
    var set = new BitSet();
    for (int number : numbers) {
      set.set(number);
    }
    return set;
  }

  private void mutt(UnaryOperator<List<String>> change) throws IOException {
    rig.rewrite("tea", change);
  }

  /// Where files have coarse times, those of a spool that was just written are not believed.
  private void settle() {
    rig.pass(Duration.ofMinutes(1));
  }

  @Test
  void aSecondLoginOnAnUnchangedSpoolReadsNoMail() throws Exception {
    write(message(1), message(2));
    settle();
    rig.claim("tea").close();
    long before = heard.scanned;
    rig.claim("tea").close();
    assertThat(heard.scanned).isEqualTo(before);
    assertThat(heard.uses).containsEntry(StoreEvents.IndexUse.MEMORY, 1);
  }

  @Test
  void aRestartReadsNoMailEither() throws Exception {
    write(message(1), message(2));
    settle();
    rig.claim("tea").close();
    long before = heard.scanned;
    rig.reopen();
    try (var drop = rig.claim("tea")) {
      assertThat(heard.scanned).isEqualTo(before);
      assertThat(serials(drop)).containsExactly(1, 2);
    }
    assertThat(heard.uses).containsEntry(StoreEvents.IndexUse.DISK, 1);
  }

  /// A message that alone makes a spool large.
  private static String large(int serial) {
    var body = ("x".repeat(79) + "\n").repeat(64 << 10);
    return message(serial).stripTrailing() + "\n" + body + "\n";
  }

  @Test
  void afterADeliveryOnlyTheTailOfALargeSpoolIsRead() throws Exception {
    write(large(1), message(2), message(3));
    rig.claim("tea").close();
    long before = heard.scanned;
    append(message(4));
    try (var drop = rig.claim("tea")) {
      assertThat(Letters.serial(octets(drop.content(4)))).isEqualTo(4);
    }
    assertThat(heard.scanned - before).isEqualTo(message(3).length() + message(4).length());
    assertThat(heard.uses).containsEntry(StoreEvents.IndexUse.TAIL, 1);
  }

  @Test
  void messagesThatChangedPlacesBeforeADeliveryKeepTheirUids() throws Exception {
    write(message(1), message(2), message(3));
    rig.claim("tea").close();
    mutt(messages -> List.of(messages.get(1), messages.get(0), messages.get(2)));
    append(message(4));
    try (var drop = rig.claim("tea")) {
      assertThat(serials(drop)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void flagsThatChangedPlacesBeforeADeliveryAreTakenOver() throws Exception {
    write(message(1, "Status: RO\n"), message(2), message(3));
    rig.claim("tea").close();
    mutt(messages -> List.of(message(1), message(2, "Status: RO\n"), messages.get(2)));
    append(message(4));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.flags(1).has(Flag.SEEN)).isFalse();
      assertThat(drop.flags(2).has(Flag.SEEN)).isTrue();
    }
  }

  /// Mail 1 to 3 in front of a large one, which was looked at; 1 and 2 change places, then mail
  /// comes in.
  private void changePlacesInALargeSpool() throws Exception {
    write(message(1), message(2), message(3), large(4), message(5));
    rig.claim("tea").close();
    changePlaces();
  }

  private void changePlaces() throws IOException {
    mutt(messages -> {
      var after = new ArrayList<>(messages);
      Collections.swap(after, 0, 1);
      return after;
    });
    append(message(6));
  }

  @Test
  void messagesThatChangedPlacesInALargeSpoolAreReadUnderTheirUids() throws Exception {
    changePlacesInALargeSpool();
    try (var drop = rig.claim("tea")) {
      assertThat(heard.uses).containsEntry(StoreEvents.IndexUse.TAIL, 1);
      assertThat(serials(drop)).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void aReadingThatWasBegunBeforeMessagesChangedPlacesGoesOnInTheSame() throws Exception {
    write(message(1), message(2), message(3), large(4), message(5));
    try (var drop = rig.claim("tea")) {
      var begun = done(drop.content(1));
      changePlaces();
      assertThat(Letters.serial(octets(drop.content(5)))).isEqualTo(5);
      assertThat(Letters.serial(octets(StoreResult.done(begun)))).isEqualTo(1);
    }
  }

  @Test
  void messagesThatChangedPlacesInALargeSpoolAreNotRemovedForEachOther() throws Exception {
    changePlacesInALargeSpool();
    try (var drop = rig.claim("tea")) {
      assertThat(done(drop.commit(numbers(2), numbers())).removed()).isEqualTo(1);
    }
    assertThat(spool()).isEqualTo(message(1) + message(3) + large(4) + message(5) + message(6));
  }

  @Test
  void whatWasNotLookedAtIsRememberedOverARestart() throws Exception {
    changePlacesInALargeSpool();
    rig.claim("tea").close();
    rig.reopen();
    try (var drop = rig.claim("tea")) {
      assertThat(done(drop.commit(numbers(2), numbers())).removed()).isEqualTo(1);
    }
    assertThat(spool()).isEqualTo(message(1) + message(3) + large(4) + message(5) + message(6));
  }

  @Test
  void aStateThatWasRemovedWhileTheServerRunsIsBuiltAnew() throws Exception {
    write(message(1), message(2));
    rig.claim("tea").close();
    try (var files = Files.walk(rig.state("tea"))) {
      files.sorted(Collections.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    try (var drop = rig.claim("tea")) {
      assertThat(serials(drop)).containsExactly(1, 2);
    }
    assertThat(heard.uses).containsEntry(StoreEvents.IndexUse.FULL, 2);
    assertThat(rig.state("tea")).isDirectory();
  }

  @Test
  void aDamagedCacheIsBuiltAnewAndUidsStay() throws Exception {
    write(message(1), message(2));
    List<Uid> uids;
    try (var drop = rig.claim("tea")) {
      done(drop.commit(numbers(1), numbers()));
    }
    try (var drop = rig.claim("tea")) {
      uids = uids(drop);
    }
    rig.close();
    try (var files = Files.list(rig.state("tea"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".cache")).toList()) {
        Files.writeString(file, "rubbish");
      }
    }
    open();
    try (var drop = rig.claim("tea")) {
      assertThat(uids(drop)).isEqualTo(uids);
      assertThat(serials(drop)).containsExactly(2);
    }
  }

  @Test
  void aSpoolThatMuttReorderedKeepsItsUids() throws Exception {
    write(message(1), message(2), message(3));
    List<Uid> uids;
    try (var drop = rig.claim("tea")) {
      uids = uids(drop);
    }
    mutt(List::reversed);
    try (var drop = rig.claim("tea")) {
      assertThat(uids(drop)).isEqualTo(uids);
      assertThat(serials(drop)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void flagsThatMuttWritesAreTakenOverAndUidsStay() throws Exception {
    write(message(1), message(2));
    List<Uid> uids;
    try (var drop = rig.claim("tea")) {
      uids = uids(drop);
    }
    mutt(messages ->
        messages.stream()
            .map(m -> m.replace("Subject:", "Status: RO\nLines: 2\nSubject:"))
            .toList());
    try (var drop = rig.claim("tea")) {
      assertThat(uids(drop)).isEqualTo(uids);
      assertThat(drop.flags(2).has(Flag.SEEN)).isTrue();
    }
  }

  @Test
  void aSessionGoesOnWithMessagesThatAnotherProgramMoved() throws Exception {
    write(message(1), message(2), message(3));
    try (var drop = rig.claim("tea")) {
      mutt(messages -> messages.subList(1, 3));
      assertThat(failure(drop.content(1))).isInstanceOf(StoreFailure.Gone.class);
      assertThat(Letters.serial(octets(drop.content(3)))).isEqualTo(3);
      var committed = done(drop.commit(numbers(1, 2), numbers()));
      assertThat(committed.removed()).isEqualTo(1);
      assertThat(committed.kept()).isZero();
    }
    assertThat(spool()).isEqualTo(message(3));
  }

  @Test
  void aMessageThatAnotherProgramChangedIsNotRemoved() throws Exception {
    write(message(1), message(2));
    try (var drop = rig.claim("tea")) {
      mutt(messages ->
          messages.stream().map(m -> m.replace("This is letter 1", "That is letter 1")).toList());
      var committed = done(drop.commit(numbers(1, 2), numbers()));
      assertThat(committed.kept()).isEqualTo(1);
      assertThat(committed.removed()).isEqualTo(1);
    }
    assertThat(spool()).isEqualTo(message(1).replace("This is", "That is"));
  }

  @Test
  void aSpoolThatWasReplacedByAnotherFileIsOpenedAgain() throws Exception {
    write(message(1), message(2));
    try (var drop = rig.claim("tea")) {
      var other = folder.resolve("other");
      Files.writeString(other, message(2) + message(3), ISO_8859_1);
      Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
      Files.move(other, rig.spool("tea"), StandardCopyOption.REPLACE_EXISTING);
      assertThat(Letters.serial(octets(drop.content(2)))).isEqualTo(2);
      assertThat(done(drop.commit(numbers(2), numbers())).removed()).isEqualTo(1);
    }
    assertThat(spool()).isEqualTo(message(3));
  }

  @Test
  void aSpoolThatVanishesIsAnEmptyMailboxOfTheSameLife() throws Exception {
    write(message(1));
    Uid uid;
    UidValidity validity;
    try (var drop = rig.claim("tea")) {
      uid = drop.uid(1);
      validity = drop.uidValidity();
    }
    Files.delete(rig.spool("tea"));
    try (var empty = rig.claim("tea")) {
      assertThat(empty.count()).isZero();
      assertThat(empty.uidValidity()).isEqualTo(validity);
    }
    write(message(2));
    try (var again = rig.claim("tea")) {
      assertThat(again.uidValidity()).isEqualTo(validity);
      assertThat(again.uid(1)).isGreaterThan(uid);
    }
  }

  @Test
  void noSpoolMeansNoMailAndNothingIsMade() throws Exception {
    try (var drop = rig.claim("tea")) {
      assertThat(drop.count()).isZero();
    }
    assertThat(rig.spool("tea")).doesNotExist();
  }

  @Test
  void theFirstLookBelievesTheFlagsThatOtherServersLeft() throws Exception {
    write(message(1, "Status: RO\n"), message(2, "Status: O\nX-Status: F\n"), message(3));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.flags(1)).isEqualTo(FlagSet.of(Flag.SEEN));
      assertThat(drop.flags(2)).isEqualTo(FlagSet.of(Flag.FLAGGED));
      assertThat(drop.flags(3)).isEqualTo(FlagSet.NONE);
    }
  }

  @Test
  void uidsOfAnotherServerAreTakenOver() throws Exception {
    write(
        message(1, "X-IMAPbase: 1234567890 0000000042\nX-UID: 7\n"),
        message(2, "X-UID: 40\n"),
        message(3));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.uidValidity().value()).isEqualTo(1234567890L);
      assertThat(uids(drop)).containsExactly(new Uid(7), new Uid(40), new Uid(43));
    }
  }

  @Test
  void forgedFieldsInNewMailMeanNothingAndAreRemovedByARewrite() throws Exception {
    write(message(1), message(2));
    rig.claim("tea").close();
    append(
        message(
            3,
            """
            Status: RO
            X-Status: D
            X-UID: 4294967295
            X-IMAPbase: 1 4294967295
            X-Keywords: a
            """));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.flags(3)).isEqualTo(FlagSet.NONE);
      assertThat(drop.uid(3).value()).isEqualTo(drop.uid(2).value() + 1);
      assertThat(new String(octets(drop.content(3)), ISO_8859_1)).doesNotContain("Status");
      assertThat(heard.forged).isEqualTo(1);
      done(drop.commit(numbers(1), numbers()));
    }
    assertThat(spool())
        .startsWith(message(2))
        .doesNotContain("4294967295", "X-Keywords", "Status: R", "X-Status: D");
    mutt(messages -> messages);
    try (var drop = rig.claim("tea")) {
      assertThat(drop.flags(2)).isEqualTo(FlagSet.NONE);
    }
  }

  @Test
  void aForgedBaseNearTheEndOfTheRangeIsNotAdopted() throws Exception {
    write(message(1, "X-IMAPbase: 77 4294967295\nX-UID: 4294967295\n"), message(2));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.uidValidity().value()).isNotEqualTo(77);
      assertThat(uids(drop)).containsExactly(new Uid(1), new Uid(2));
    }
  }

  @Test
  void seenMarksReachTheSpoolWithTheNextRemovalBeforeThem() throws Exception {
    write(message(1), message(2));
    try (var drop = rig.claim("tea")) {
      done(drop.commit(numbers(), numbers(2)));
    }
    assertThat(spool()).isEqualTo(message(1) + message(2));
    try (var drop = rig.claim("tea")) {
      assertThat(drop.flags(2).has(Flag.SEEN)).isTrue();
      done(drop.commit(numbers(1), numbers()));
    }
    assertThat(spool()).contains("Status: R").startsWith(FROM);
    rig.reopen();
    try (var drop = rig.claim("tea")) {
      assertThat(serials(drop)).containsExactly(2);
      assertThat(drop.flags(1).has(Flag.SEEN)).isTrue();
      assertThat(octets(drop.content(1)))
          .isEqualTo(
              new String(Letters.letter(2), ISO_8859_1).replace("\n", "\r\n").getBytes(ISO_8859_1));
    }
  }

  @Test
  void messagesStayApartWhenTheOneThatParsedThemIsRemoved() throws Exception {
    var withoutBlankLine = message(1).substring(0, message(1).length() - 1);
    var lenient = message(3).replace("22:33:52 2023", "22:33 2023 PST");
    write(withoutBlankLine, message(2), lenient);
    try (var drop = rig.claim("tea")) {
      assertThat(serials(drop)).containsExactly(1, 2, 3);
      done(drop.commit(numbers(2), numbers()));
    }
    rig.close();
    open();
    try (var drop = rig.claim("tea")) {
      assertThat(serials(drop)).containsExactly(1, 3);
    }
  }

  @Test
  void whatIsNoMailboxIsLeftAlone() throws Exception {
    write("this is a shopping list\n");
    var claimed = rig.store().account(rig.owner("tea")).claim(new TestHolder());
    assertThat(failure(claimed)).isInstanceOf(StoreFailure.NotAMailbox.class);
    assertThat(spool()).isEqualTo("this is a shopping list\n");
  }

  @Test
  void aSpoolThatOthersMayWriteToIsRefused() throws Exception {
    write(message(1));
    Files.setPosixFilePermissions(rig.spool("tea"), PosixFilePermissions.fromString("rw-rw-rw-"));
    var claimed = rig.store().account(rig.owner("tea")).claim(new TestHolder());
    assertThat(failure(claimed)).isInstanceOf(StoreFailure.Denied.class);
  }
}
