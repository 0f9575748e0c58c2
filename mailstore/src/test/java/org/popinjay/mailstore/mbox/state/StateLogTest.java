package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.popinjay.mailstore.mbox.state.StateFixture.base;
import static org.popinjay.mailstore.mbox.state.StateFixture.contentOf;
import static org.popinjay.mailstore.mbox.state.StateFixture.flagged;
import static org.popinjay.mailstore.mbox.state.StateFixture.logFile;
import static org.popinjay.mailstore.mbox.state.StateFixture.messages;
import static org.popinjay.mailstore.mbox.state.StateFixture.open;
import static org.popinjay.mailstore.mbox.state.StateFixture.tea;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.mbox.state.StateLog.Found;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

class StateLogTest {
  @TempDir private Path state;

  private final FileCalls files = Posix.files();

  private static void write(StateLog log, LogRecord... records) {
    assertThat(log.append(List.of(records))).isEqualTo(StateWrite.WRITTEN);
    assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
  }

  private List<LogRecord> reopened(Found how) throws PosixException {
    var opened = open(files, state);
    try (var log = opened.log()) {
      assertThat(opened.found()).isEqualTo(how);
      return contentOf(log);
    }
  }

  @Test
  void aLogThatIsNotThereIsEmptyAndMadeByTheFirstRecord() throws Exception {
    try (var log = open(files, state).log()) {
      assertThat(contentOf(log)).isEmpty();
      assertThat(state.resolve("tea")).doesNotExist();
      write(log, base());
      assertThat(logFile(state)).exists();
    }
    assertThat(reopened(Found.WHOLE)).containsExactly(base());
  }

  @Test
  void foldersAndFilesAreForTheServerAlone() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
    }
    assertThat(files.stat(state.resolve("tea").toString()).permissions()).isEqualTo(0700);
    assertThat(files.stat(logFile(state).toString()).permissions()).isEqualTo(0600);
  }

  @Test
  void recordsComeBackInTheirOrder() throws Exception {
    var table = messages(300);
    var written = new ArrayList<LogRecord>();
    try (var log = open(files, state).log()) {
      for (int i = 0; i < 2000; i++) {
        var record = i % 50 == 0 ? LogRecord.Assigned.of(table, i % 200, i % 200 + 90) : flagged(i);
        written.add(record);
        assertThat(log.append(List.of(record))).isEqualTo(StateWrite.WRITTEN);
      }
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
      assertThat(contentOf(log)).isEqualTo(written);
    }
    assertThat(reopened(Found.WHOLE)).isEqualTo(written);
  }

  @Test
  void aRecordLargerThanTheWindowComesBackWhole() throws Exception {
    var large = LogRecord.Assigned.of(messages(50_000), 0, 50_000);
    try (var log = open(files, state).log()) {
      write(log, base());
      write(log, large, flagged(1));
      write(log, large);
    }
    assertThat(reopened(Found.WHOLE)).containsExactly(base(), large, flagged(1), large);
  }

  @Test
  void aMailboxLargerThanARecordTakesSeveral() {
    var records = LogRecord.Assigned.allOf(messages(300_000), 0, 300_000);
    assertThat(records).hasSize(3);
    assertThat(((LogRecord.Assigned) records.get(2)).uid(0)).isEqualTo(2 * (1 << 17) + 1);
  }

  @Test
  void everyTruncationLeavesTheFirstRecords() throws Exception {
    var written = List.of(base(), flagged(1), LogRecord.Expunged.of(1, 2, 5), flagged(2));
    try (var log = open(files, state).log()) {
      for (var each : written) {
        write(log, each);
      }
    }
    var whole = Files.readAllBytes(logFile(state));
    for (int length = LogFormat.HEADER_OCTETS; length < 256; length++) {
      Files.write(logFile(state), Arrays.copyOf(whole, length));
      try (var log = open(files, state).log()) {
        var left = contentOf(log);
        assertThat(left).isEqualTo(written.subList(0, left.size()));
        write(log, flagged(77));
        left.add(flagged(77));
        assertThat(reopened(Found.WHOLE)).isEqualTo(left);
      }
    }
  }

  @Test
  void aTruncatedHeaderIsDamage() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
    }
    var whole = Files.readAllBytes(logFile(state));
    for (int length = 0; length < LogFormat.HEADER_OCTETS; length++) {
      Files.write(logFile(state), Arrays.copyOf(whole, length));
      assertThat(reopened(Found.DAMAGED)).isEmpty();
      assertThat(reopened(Found.ABSENT)).isEmpty();
    }
  }

  @Test
  void flippedBitsAreFound() throws Exception {
    var written = List.of(base(), flagged(1), flagged(2), flagged(3));
    try (var log = open(files, state).log()) {
      for (var each : written) {
        write(log, each);
      }
    }
    var whole = Files.readAllBytes(logFile(state));
    int end = 32 + 32 + 3 * 32;
    for (int bit = 0; bit < end * 8; bit += 3) {
      var flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(logFile(state), flipped);
      switch (StateLog.open(files, tea(files, state), "inbox", StateFixture.RANDOM)) {
        case StateLog.Open.Newer _ -> throw new AssertionError("newer after bit " + bit);
        case StateLog.Open.Opened(StateLog log, Found found) -> {
          // Spare octets of the header mean nothing; the last record may be a torn one.
          var expected = bit / 8 >= 28 && bit / 8 < 32 ? written : written.subList(0, 3);
          assertThat(contentOf(log)).isIn(expected, List.of());
          assertThat(found).isNotEqualTo(Found.ABSENT);
          log.close();
        }
      }
    }
  }

  @Test
  void damageToWhatWasDurableIsToldFromATornTail() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
      write(log, flagged(1));
      write(log, flagged(2));
    }
    var whole = Files.readAllBytes(logFile(state));
    whole[32 + 20] ^= 1;
    Files.write(logFile(state), whole);
    assertThat(reopened(Found.DAMAGED)).isEmpty();
    assertThat(Path.of(logFile(state) + ".damaged")).hasBinaryContent(whole);
  }

  @Test
  void recordsBehindATornOneDoNotComeBack() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
      assertThat(log.append(List.of(flagged(1)))).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.append(List.of(flagged(2)))).isEqualTo(StateWrite.WRITTEN);
    }
    var octets = Files.readAllBytes(logFile(state));
    octets[32 + 32 + 20] ^= 1;
    Files.write(logFile(state), octets);
    assertThat(reopened(Found.TORN)).containsExactly(base());
    assertThat(reopened(Found.WHOLE)).containsExactly(base());
  }

  @Test
  void aNewerLogIsNotTouched() throws Exception {
    Files.createDirectory(state.resolve("tea"));
    var header = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    LogFormat.putHeader(header, 1);
    header.putInt(8, LogFormat.VERSION + 1);
    var crc = new CRC32C();
    crc.update(header.array(), 0, 12);
    header.putInt(12, (int) crc.getValue());
    Files.write(logFile(state), header.array());
    assertThat(StateLog.open(files, tea(files, state), "inbox", StateFixture.RANDOM))
        .isEqualTo(new StateLog.Open.Newer(LogFormat.VERSION + 1));
    assertThat(logFile(state)).hasBinaryContent(header.array());
  }

  @Test
  void aReplayBeginsWhereTheStateWasTaken() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base(), flagged(1));
      var position = log.settled().orElseThrow();
      write(log, flagged(2), flagged(3));
      var later = new ArrayList<LogRecord>();
      assertThat(log.replay(position, later::add)).isTrue();
      assertThat(later).containsExactly(flagged(2), flagged(3));
      assertThat(log.replay(log.settled().orElseThrow(), later::add)).isTrue();
      assertThat(later).hasSize(2);
    }
  }

  @Test
  void aPositionOfAnotherLogIsUnknown() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base(), flagged(1));
      var position = log.settled().orElseThrow();
      var nothing = new ArrayList<LogRecord>();
      var other = new LogPosition(position.generation() + 1, position.offset());
      assertThat(log.replay(other, nothing::add)).isFalse();
      var beyond = new LogPosition(position.generation(), position.offset() + 8);
      assertThat(log.replay(beyond, nothing::add)).isFalse();
      var between = new LogPosition(position.generation(), position.offset() - 8);
      assertThat(log.replay(between, nothing::add)).isFalse();
      assertThat(log.compact(List.of(base()).iterator())).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.replay(position, nothing::add)).isFalse();
      assertThat(nothing).isEmpty();
    }
  }

  @Test
  void whatIsNotDurableIsNoPlaceToTakeAStateAt() throws Exception {
    try (var log = open(files, state).log()) {
      assertThat(log.settled()).isEmpty();
      write(log, base());
      assertThat(log.settled()).isPresent();
      assertThat(log.append(List.of(flagged(1)))).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.settled()).isEmpty();
    }
    try (var log = open(files, state).log()) {
      assertThat(log.settled()).isEmpty();
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.settled()).isPresent();
    }
  }

  @Test
  void aLogOfManySmallChangesIsWorthCompacting() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
      for (int i = 0; i < 3000; i++) {
        assertThat(log.append(List.of(flagged(i)))).isEqualTo(StateWrite.WRITTEN);
      }
      assertThat(log.bloated(10, 0)).isTrue();
      assertThat(log.bloated(10_000, 0)).isFalse();
      var snapshot = List.of(base(), LogRecord.Assigned.of(messages(10), 0, 10));
      assertThat(log.compact(snapshot.iterator())).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.bloated(10, 0)).isFalse();
      assertThat(log.settled()).isPresent();
      write(log, flagged(1));
      assertThat(contentOf(log)).hasSize(3);
    }
    assertThat(Files.size(logFile(state))).isEqualTo(4096);
    assertThat(reopened(Found.WHOLE)).hasSize(3);
  }

  @Test
  void aFolderRemovedWhileTheServerRunsIsNoticed() throws Exception {
    try (var log = open(files, state).log()) {
      assertThat(log.stillThere()).isTrue();
      write(log, base());
      assertThat(log.stillThere()).isTrue();
      Files.delete(logFile(state));
      Files.delete(state.resolve("tea"));
      assertThat(log.stillThere()).isFalse();
      write(log, flagged(1));
    }
    try (var log = open(files, state).log()) {
      assertThat(contentOf(log)).isEmpty();
      write(log, base());
    }
    assertThat(reopened(Found.WHOLE)).containsExactly(base());
  }

  @Test
  void anotherFileUnderTheNameIsNoticed() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
      Files.move(logFile(state), state.resolve("elsewhere"));
      Files.copy(state.resolve("elsewhere"), logFile(state));
      assertThat(log.stillThere()).isFalse();
    }
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws Exception {
    Files.createDirectory(state.resolve("tea"));
    Files.createSymbolicLink(logFile(state), state.resolve("elsewhere"));
    var failure = catchThrowableOfType(PosixException.class, () -> open(files, state));
    assertThat(failure.errno()).isEqualTo(Errno.ELOOP);
  }

  @Test
  void anAppendOfNothingIsFine() throws Exception {
    try (var log = open(files, state).log()) {
      write(log, base());
      assertThat(log.append(Collections.emptyList())).isEqualTo(StateWrite.WRITTEN);
      assertThat(log.sync()).isEqualTo(StateWrite.WRITTEN);
    }
    assertThat(reopened(Found.WHOLE)).containsExactly(base());
  }
}
