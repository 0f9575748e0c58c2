package org.popinjay.mailstore.mbox.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// In virtual time, in milliseconds.
class LookScheduleTest {
  private static final String BOX = "box";

  private final LookSchedule<String> schedule = new LookSchedule<>();

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private List<String> dueAt(long millis) {
    return schedule.due(nanos(millis));
  }

  private long idleAt(long millis) {
    return schedule.idle(nanos(millis)).toMillis();
  }

  @Test
  void theFirstChangeIsLookedAtAtOnce() {
    assertThat(schedule.idle(0)).isEqualTo(LookSchedule.NEVER);
    schedule.changed(BOX, nanos(1_000));
    assertThat(idleAt(1_000)).isZero();
    assertThat(dueAt(1_000)).containsExactly(BOX);
    assertThat(dueAt(1_000)).isEmpty();
    schedule.looked(BOX, false, nanos(1_001));
    assertThat(schedule.idle(nanos(1_001))).isEqualTo(LookSchedule.NEVER);
  }

  @Test
  void theTimeCountsFromTheFirstSignAlsoPastALock() {
    schedule.changed(BOX, nanos(1_000));
    assertThat(dueAt(1_004)).containsExactly(BOX);
    schedule.changed(BOX, nanos(1_005));
    assertThat(schedule.looked(BOX, true, nanos(1_006))).isEmpty();
    assertThat(dueAt(1_060)).containsExactly(BOX);
    assertThat(schedule.looked(BOX, false, nanos(1_061))).hasValue(nanos(61));
    schedule.changed(BOX, nanos(2_000));
    assertThat(dueAt(2_000)).containsExactly(BOX);
    assertThat(schedule.looked(BOX, false, nanos(2_003))).hasValue(nanos(3));
    assertThat(schedule.looked("nobody's", false, nanos(2_004))).isEmpty();
  }

  @Test
  void whatFollowsIsLookedAtTogether() {
    schedule.changed(BOX, nanos(1_000));
    assertThat(dueAt(1_000)).containsExactly(BOX);
    schedule.looked(BOX, false, nanos(1_002));
    for (int millis = 1_003; millis < 1_050; millis++) {
      schedule.changed(BOX, nanos(millis));
      schedule.closed(BOX, nanos(millis));
      assertThat(dueAt(millis)).isEmpty();
    }
    assertThat(idleAt(1_049)).isEqualTo(1);
    assertThat(dueAt(1_050)).containsExactly(BOX);
  }

  @Test
  void aStreamOfChangesIsLookedAtOnceAWindow() {
    var looks = new ArrayList<Integer>();
    for (int millis = 0; millis < 1_000; millis++) {
      schedule.changed(BOX, nanos(millis));
      for (var box : dueAt(millis)) {
        looks.add(millis);
        schedule.looked(box, false, nanos(millis));
      }
    }
    assertThat(looks).startsWith(0, 50, 100).hasSize(20);
  }

  @Test
  void onlyOneLookIsGoingOnAtATime() {
    schedule.changed(BOX, 0);
    assertThat(dueAt(0)).containsExactly(BOX);
    schedule.changed(BOX, nanos(10));
    assertThat(dueAt(500)).isEmpty();
    assertThat(schedule.idle(nanos(500))).isEqualTo(LookSchedule.NEVER);
    assertThat(schedule.isWanted(BOX)).isTrue();
    schedule.looked(BOX, false, nanos(600));
    assertThat(dueAt(600)).containsExactly(BOX);
  }

  @Test
  void aLockedFileIsTriedAgainEverLater() {
    var looks = new ArrayList<Integer>();
    schedule.changed(BOX, 0);
    for (int millis = 0; millis < 5_000; millis++) {
      for (var box : dueAt(millis)) {
        looks.add(millis);
        schedule.looked(box, true, nanos(millis));
      }
      schedule.changed(BOX, nanos(millis));
    }
    assertThat(looks).containsExactly(0, 20, 60, 140, 300, 620, 1_260, 2_260, 3_260, 4_260);
  }

  @Test
  void aLockedFileThatIsClosedIsTriedAtOnce() {
    schedule.changed(BOX, 0);
    assertThat(dueAt(0)).containsExactly(BOX);
    schedule.looked(BOX, true, nanos(1));
    schedule.closed(BOX, nanos(5));
    assertThat(dueAt(5)).containsExactly(BOX);
    schedule.looked(BOX, false, nanos(6));
    assertThat(schedule.idle(nanos(6))).isEqualTo(LookSchedule.NEVER);
    schedule.changed(BOX, nanos(200));
    assertThat(dueAt(200)).containsExactly(BOX);
  }

  @Test
  void mailboxesDoNotWaitForEachOther() {
    schedule.changed("a", 0);
    assertThat(dueAt(0)).containsExactly("a");
    schedule.changed("b", nanos(1));
    assertThat(dueAt(1)).containsExactly("b");
    schedule.changed("a", nanos(2));
    schedule.forget("a");
    schedule.looked("a", true, nanos(3));
    schedule.looked("b", false, nanos(3));
    assertThat(schedule.idle(nanos(3))).isEqualTo(LookSchedule.NEVER);
  }
}
