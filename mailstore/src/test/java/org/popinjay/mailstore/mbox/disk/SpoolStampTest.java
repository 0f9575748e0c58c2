package org.popinjay.mailstore.mbox.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.mbox.disk.SpoolStamp.Comparison;
import org.popinjay.posix.FileStat;

class SpoolStampTest {
  private static final long CHANGED = 1_700_000_000_123_456_789L;

  private static FileStat spool(long inode, long size, long modified, long changed) {
    return new FileStat(
        1, inode, FileStat.Type.REGULAR, 0600, 1, 1000, 8, size, modified, changed, 0);
  }

  private static Instant after(long nanos) {
    return Instant.ofEpochSecond(0, CHANGED + nanos);
  }

  private static SpoolStamp settled() {
    return SpoolStamp.of(spool(7, 100, 5, CHANGED), after(2_000_000_000L), false);
  }

  @Test
  void nothingChanged() {
    assertThat(settled().comparison(spool(7, 100, 5, CHANGED))).isEqualTo(Comparison.UNCHANGED);
  }

  @Test
  void aRestoredModificationTimeHidesNothing() {
    assertThat(settled().comparison(spool(7, 100, 5, CHANGED + 1))).isEqualTo(Comparison.CHANGED);
  }

  @Test
  void aLongerFileMayHaveGrown() {
    assertThat(settled().comparison(spool(7, 101, 6, CHANGED + 1))).isEqualTo(Comparison.GREW);
  }

  @Test
  void aShorterOneHasNot() {
    assertThat(settled().comparison(spool(7, 99, 6, CHANGED + 1))).isEqualTo(Comparison.CHANGED);
  }

  @Test
  void anotherFileIsAnotherFileHoweverItLooks() {
    assertThat(settled().comparison(spool(8, 100, 5, CHANGED))).isEqualTo(Comparison.CHANGED);
    assertThat(settled().comparison(spool(8, 200, 5, CHANGED))).isEqualTo(Comparison.CHANGED);
  }

  @Test
  void aStampTakenRightAfterAChangeIsWorthLess() {
    var racy = SpoolStamp.of(spool(7, 100, 5, CHANGED), after(1_999_999_999L), false);
    assertThat(racy.comparison(spool(7, 100, 5, CHANGED))).isEqualTo(Comparison.UNSURE);
    assertThat(racy.isUnchanged(spool(7, 100, 5, CHANGED))).isFalse();
    assertThat(racy.comparison(spool(7, 101, 5, CHANGED))).isEqualTo(Comparison.GREW);
  }

  @Test
  void soIsOneThatSeemsToComeFromTheFuture() {
    var racy = SpoolStamp.of(spool(7, 100, 5, CHANGED), after(-3_600_000_000_000L), false);
    assertThat(racy.isUnchanged(spool(7, 100, 5, CHANGED))).isFalse();
  }

  @Test
  void aFileSystemThatShowsEveryChangeIsAlwaysBelieved() {
    var fine = SpoolStamp.of(spool(7, 100, 5, CHANGED), after(0), true);
    assertThat(fine.isUnchanged(spool(7, 100, 5, CHANGED))).isTrue();
  }
}
