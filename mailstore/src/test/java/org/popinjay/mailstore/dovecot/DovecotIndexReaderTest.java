package org.popinjay.mailstore.dovecot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.dovecot.DovecotIndexReader.Reading;

/// Files that Dovecot 2.3.19 wrote: `lazy` when its process was killed before it wrote flags into
/// the spool, `readonly` beside a spool that it could not write, `rotated` when the log had begun
/// anew several times. What is expected is what it told its client.
class DovecotIndexReaderTest {
  private static final String MAIN = "dovecot.index";
  private static final String LOG = "dovecot.index.log";
  private static final String OLDER = "dovecot.index.log.2";

  static byte @Nullable [] file(String sample, String name) {
    try (var in =
        DovecotIndexReaderTest.class.getResourceAsStream("/dovecot/" + sample + "/" + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] octets) {
    return octets == null ? null : ByteBuffer.wrap(octets);
  }

  private static Reading read(
      byte @Nullable [] main, byte @Nullable [] log, byte @Nullable [] older) {
    return DovecotIndexReader.read(wrap(main), wrap(log), wrap(older));
  }

  private static Reading read(String sample) {
    return read(file(sample, MAIN), file(sample, LOG), file(sample, OLDER));
  }

  private static List<String> messages(Reading reading) {
    var lines = new ArrayList<String>();
    if (reading instanceof Reading.Read(DovecotIndex index)) {
      for (int i = 0; i < index.count(); i++) {
        var line = new StringBuilder().append(index.uid(i));
        for (var flag : Flag.values()) {
          line.append(index.flags(i).system().has(flag) ? " " + flag : "");
        }
        for (var keyword : index.flags(i).keywords().list()) {
          line.append(' ').append(keyword.name());
        }
        lines.add(line.append(index.isUnwritten(i) ? " !" : "").toString());
      }
    }
    return lines;
  }

  private static DovecotIndex index(String sample) {
    assertThat(read(sample)).isInstanceOf(Reading.Read.class);
    return read(sample) instanceof Reading.Read(var index) ? index : index(sample);
  }

  @Test
  void aLogAloneIsAnIndex() {
    assertThat(messages(read("lazy")))
        .containsExactly(
            "1", "2 SEEN FLAGGED Work !", "3 ANSWERED !", "4 !", "5 DRAFT DELETED Other !", "6");
    var index = index("lazy");
    assertThat(index.header().uidNext()).isEqualTo(7);
    assertThat(index.header().firstRecent()).isEqualTo(7);
    assertThat(index.mbox().octets()).isEqualTo(982);
    assertThat(index.offset(0)).isZero();
    assertThat(index.offset(1)).isEqualTo(191);
    assertThat(index.headerDigest(0)).contains("345f3cd2195596c6aa83da9cb8a70eca");
    assertThat(index.find(5)).isEqualTo(4);
    assertThat(index.find(9)).isEqualTo(-1);
  }

  @Test
  void ofASpoolThatCouldNotBeWrittenAllIsUnwritten() {
    assertThat(messages(read("readonly")))
        .containsExactly(
            "1 !",
            "2 SEEN FLAGGED Work !",
            "3 ANSWERED !",
            "4 !",
            "5 DRAFT DELETED Other !",
            "6 !");
  }

  @Test
  void thePictureAndTheLogsBehindItAreOneIndex() {
    assertThat(messages(read("rotated")))
        .containsExactly(
            "1 SEEN ANSWERED !",
            "2",
            "3 FLAGGED Again3",
            "4 SEEN Fresh K1 K2 K3 !",
            "5 !",
            "9 DRAFT !");
  }

  @ParameterizedTest
  @CsvSource({
    "rotated, dovecot.index, dovecot.index.log.2 does not come before dovecot.index.log",
    "rotated, dovecot.index.log, dovecot.index.log is missing",
    "lazy, dovecot.index.log, dovecot.index.log is missing",
  })
  void whatIsMissingIsSaid(String sample, String without, String why) {
    var reading =
        read(
            without.equals(MAIN) ? null : file(sample, MAIN),
            without.equals(LOG) ? null : file(sample, LOG),
            file(sample, OLDER));
    assertThat(reading).isEqualTo(new Reading.Unsound(why));
  }

  @Test
  void filesOfTwoIndexesAreNone() {
    assertThat(read(file("rotated", MAIN), file("lazy", LOG), null))
        .isEqualTo(new Reading.Unsound("dovecot.index.log belongs to another index"));
  }

  @Test
  void anotherFormatIsNone() {
    assertThat(read(null, "no index at all, but some text of a user\n".getBytes(US_ASCII), null))
        .asString()
        .contains("dovecot.index.log: format 110");
    assertThat(read(new byte[0], file("lazy", LOG), null))
        .isEqualTo(new Reading.Unsound("dovecot.index: it ends before 1 octets at 0"));
  }

  @Test
  void aLogCutOffTellsWhatCameBefore() {
    byte[] log = Objects.requireNonNull(file("lazy", LOG));
    var seen =
        java.util.stream.IntStream.rangeClosed(40, log.length)
            .mapToObj(length -> read(null, java.util.Arrays.copyOf(log, length), null))
            .peek(reading -> assertThat(reading).isInstanceOf(Reading.Read.class))
            .map(DovecotIndexReaderTest::messages)
            .distinct()
            .collect(Collectors.toList());
    assertThat(seen).hasSizeBetween(6, 12).startsWith(List.of()).endsWith(messages(read("lazy")));
  }

  @Property(tries = 4_000)
  void noOctetsMakeItThrow(
      @ForAll @IntRange(max = 2) int which,
      @ForAll @IntRange(max = 4_000) int at,
      @ForAll byte octet,
      @ForAll @IntRange(max = 4_000) int again,
      @ForAll byte other,
      @ForAll @IntRange(max = 3) int cut) {
    for (var sample : List.of("rotated", "lazy")) {
      byte @Nullable [][] files = {file(sample, MAIN), file(sample, LOG), file(sample, OLDER)};
      byte[] file = files[which];
      if (file != null) {
        file[at % file.length] = octet;
        file[again % file.length] = other;
        files[which] = cut == 0 ? java.util.Arrays.copyOf(file, at % file.length) : file;
      }
      switch (read(files[0], files[1], files[2])) {
        case Reading.Unsound(String why) -> assertThat(why).startsWith("dovecot.index");
        case Reading.Read(DovecotIndex index) -> {
          long before = 0;
          for (int i = 0; i < index.count(); i++) {
            assertThat(index.uid(i)).isGreaterThan(before);
            assertThat(index.flags(i).keywords().list())
                .allMatch(each -> Keyword.isValid(each.name()));
            before = index.uid(i);
          }
          assertThat(index.header().uidNext()).isGreaterThan(before);
        }
      }
    }
  }

  @Test
  void aLogThatNamesEverybodyAgainAndAgainIsNotBelieved() {
    // 100,000 messages come, and then as many records change the flags of all of them.
    int messages = 100_000;
    var log = ByteBuffer.allocate(40 + 8 + 8 * messages + messages * 20);
    log.order(java.nio.ByteOrder.LITTLE_ENDIAN).put((byte) 1).put((byte) 3).putShort((short) 40);
    log.putInt(7).putInt(2).putInt(0).putInt(0).putInt(0).putLong(0).put((byte) 1).position(40);
    size(log, 8 + 8 * messages).putInt(0x1000_0002);
    for (int uid = 1; uid <= messages; uid++) {
      log.putInt(uid).putInt(0);
    }
    for (int i = 0; i < messages; i++) {
      size(log, 20).putInt(4).putInt(1).putInt(-1).putInt(8);
    }
    assertThat(DovecotIndexReader.read(null, log.flip(), null))
        .isEqualTo(new Reading.Unsound("dovecot.index.log: more changes than anybody makes"));
  }

  private static ByteBuffer size(ByteBuffer log, int octets) {
    for (int shift = 23; shift >= 2; shift -= 7) {
      log.put((byte) (0x80 | (octets >> shift & 0x7F)));
    }
    return log;
  }
}
