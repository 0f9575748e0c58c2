package org.popinjay.mailstore.mbox.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.mbox.state.LogRecord;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

class UidAssignerTest {
  private static final int SEEN = Flag.SEEN.bit() << Bits.FLAGS_SHIFT;
  private static final int FLAGGED = Flag.FLAGGED.bit() << Bits.FLAGS_SHIFT;
  private static final int FILE_SEEN = Flag.SEEN.bit() << Bits.FILE_FLAGS_SHIFT;

  private static MessageTable scanned(int... bits) {
    var table = new MessageTable(bits.length);
    for (int each : bits) {
      int row = table.add(table.count() * 10L);
      table.bits(row, each);
    }
    return table;
  }

  private static MessageTable withXUids(int... uids) {
    var table = scanned(new int[uids.length]);
    for (int row = 0; row < uids.length; row++) {
      table.uid(row, uids[row]);
    }
    return table;
  }

  private static ImapBase base(long uidValidity, long uidLast) {
    return new ImapBase(uidValidity, uidLast, List.of());
  }

  private static int @Nullable [] imported(long uidLast, int... said) {
    return UidAssigner.imported(said, base(7, uidLast));
  }

  @Test
  void risingUidsUpToTheLastAreTakenOver() {
    assertThat(imported(9, 1, 4, 9)).containsExactly(1, 4, 9);
    assertThat(imported(9, 1, 4, 0, 0)).containsExactly(1, 4, 10, 11);
  }

  @Test
  void uidsThatDoNotRiseAreNotTakenOver() {
    assertThat(imported(9, 4, 4)).isNull();
    assertThat(imported(9, 5, 4)).isNull();
    assertThat(imported(9, 1, 10)).isNull();
  }

  @Test
  void mailWithoutUidsFillsGapsThatItFitsExactly() {
    assertThat(imported(9, 0, 0, 3, 0, 5, 0)).containsExactly(1, 2, 3, 4, 5, 10);
    assertThat(imported(9, 1, 0, 2)).isNull();
    assertThat(imported(9, 1, 0, 4)).isNull();
    assertThat(imported(9, 1, 0, 0, 3)).isNull();
  }

  private static UidAssigner assigner(boolean trustDelivered, long uidNext) {
    return new UidAssigner(trustDelivered, uidNext, new KeywordSets(), 100);
  }

  @Test
  void adoptedMailKeepsUidsAndFlags() {
    var found = withXUids(3, 5, 0);
    found.bits(0, SEEN);
    var assigner = assigner(false, 10);
    assigner.adopt(found, new int[] {3, 5, 10}, Keywords.NONE, null);
    assertThat(found.uid(0)).isEqualTo(3);
    assertThat(found.uid(2)).isEqualTo(10);
    assertThat(found.bits(0)).isEqualTo(SEEN | FILE_SEEN | Bits.FILE_UID);
    assertThat(assigner.uidNext()).isEqualTo(11);
  }

  @Test
  void flagsOfNewMailAreItsSendersWords() {
    var found = scanned(SEEN | Bits.OLD | Bits.HIDDEN_FIELDS);
    var assigner = assigner(false, 1);
    assigner.arrived(found, 0);
    assertThat(found.bits(0) & (Bits.FLAGS | Bits.OLD)).isZero();
    assertThat(found.bits(0) & Bits.FOREIGN_FIELDS).isNotZero();
    assertThat(assigner.forged()).isEqualTo(1);
  }

  @Test
  void flagsOfNewMailAreBelievedWhereTheSettingsSaySo() {
    var found = scanned(SEEN | Bits.HIDDEN_FIELDS);
    assigner(true, 1).arrived(found, 0);
    assertThat(found.bits(0) & Bits.FLAGS).isEqualTo(SEEN);
  }

  @Test
  void aFlagThatAnotherProgramChangedIsTakenOver() {
    var known = scanned(FLAGGED | Bits.FLAGS_PENDING);
    known.uid(0, 1);
    var found = scanned(SEEN | Bits.HIDDEN_FIELDS);
    var assigner = assigner(false, 2);
    assertThat(assigner.recognise(known, found, new int[] {0}).count()).isZero();
    assertThat(found.bits(0) & Bits.FLAGS).isEqualTo(SEEN | FLAGGED);
    assertThat(found.bits(0) & Bits.FLAGS_PENDING).isNotZero();
    assertThat(found.modSeq(0)).isEqualTo(100);
    assertThat(assigner.changes()).hasSize(1);
    assertThat(assigner.quietChanges()).isEmpty();
  }

  @Test
  void aForgedFlagStaysUnbelievedAfterTheSpoolWasReadAgain() {
    var known = scanned(SEEN | Bits.HIDDEN_FIELDS);
    assigner(false, 1).arrived(known, 0);
    var found = scanned(SEEN | Bits.HIDDEN_FIELDS);
    var assigner = assigner(false, 2);
    assertThat(assigner.recognise(known, found, new int[] {0}).count()).isZero();
    assertThat(found.bits(0) & Bits.FLAGS).isZero();
    assertThat(found.bits(0) & Bits.FOREIGN_FIELDS).isNotZero();
    assertThat(assigner.changes()).isEmpty();
    assertThat(assigner.quietChanges()).isEmpty();
  }

  @Test
  void aFlagThatAnotherProgramTookAwayIsGone() {
    var known = scanned(SEEN | FILE_SEEN);
    known.uid(0, 1);
    var found = scanned(0);
    var _ = assigner(false, 2).recognise(known, found, new int[] {0});
    assertThat(found.bits(0) & Bits.FLAGS).isZero();
  }

  @Test
  void keywordsThatAnotherProgramWroteAreTakenOver() {
    var known = scanned(0);
    known.uid(0, 1);
    var found = scanned(Bits.HIDDEN_FIELDS);
    found.keywordSet(0, found.keywordSets().numberOf(Keywords.of("$Junk")));
    var assigner = assigner(false, 2);
    var _ = assigner.recognise(known, found, new int[] {0});
    assertThat(found.keywords(0)).isEqualTo(Keywords.of("$junk"));
    assertThat(assigner.changes())
        .containsExactly(
            new LogRecord.Labelled(Keywords.of("$Junk"), List.of(new LogRecord.UidRange(1, 1))));
  }

  @Test
  void keywordsThatTheSpoolDoesNotSayYetAreKept() {
    var known = scanned(Bits.KEYWORDS_PENDING);
    known.uid(0, 1);
    known.keywordSet(0, known.keywordSets().numberOf(Keywords.of("$Junk")));
    var found = scanned(0);
    var assigner = assigner(false, 2);
    var _ = assigner.recognise(known, found, new int[] {0});
    assertThat(found.keywords(0)).isEqualTo(Keywords.of("$Junk"));
    assertThat(assigner.changes()).isEmpty();
  }

  @Test
  void keywordsOfNewMailAreItsSendersWords() {
    var found = scanned(Bits.HIDDEN_FIELDS);
    found.keywordSet(0, found.keywordSets().numberOf(Keywords.of("$Junk")));
    assigner(false, 1).arrived(found, 0);
    assertThat(found.keywords(0)).isEqualTo(Keywords.NONE);
    assertThat(found.keywordSets().all()).isEqualTo(Keywords.NONE);
    assertThat(found.bits(0) & Bits.KEYWORDS_PENDING).isNotZero();
  }
}
