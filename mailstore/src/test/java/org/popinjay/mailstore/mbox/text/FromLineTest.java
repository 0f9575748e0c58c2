package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.mailstore.mbox.text.FromLine.DateForm;

class FromLineTest {

  /// `b`: separates behind a blank line; `c`: also without one; `-`: never.
  @ParameterizedTest(name = "From {0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          b@x Thu Nov  9 22:33:52 2023|c
          b@x  Thu Nov  9 22:33:52 2023|c
          b@x Thu Nov 09 22:33:52 2023|c
          b@x Thu Nov 9 22:33:52 2023|b
          b Thu Nov  9 22:33 2023|b
          b Thu Nov  9 22:33 PST 2023|b
          b Thu Nov  9 22:33:52 PST 2023|c
          b Thu Nov  9 22:33:52 -0700 2023|c
          b Thu Nov  9 22:33:52 CEST 2023|c
          b Thu Nov  9 22:33:52 MET DST 2023|b
          b Thu Nov  9 22:33:52 2023 -0700|c
          b Thu Nov  9 22:33:52 2023 PST|c
          b Thu Nov  9 22:33:52 2023 remote from uunet|c
          b Thu Nov  9 22:33:52 2023 remote control|b
          b Thu, 9 Nov 2023 22:33:52 +0000|b
          b 2023-11-09T22:33:52Z|-
           Thu Nov  9 22:33:52 2023|c
          Thu Nov  9 22:33:52 2023|c
          - Thu Nov  9 22:33:52 2023|c
          ???@??? Thu Nov  9 22:33:52 2023|c
          "bob smith"@x Thu Nov  9 22:33:52 2023|c
          "bob \\" smith"@x Thu Nov  9 22:33:52 2023|c
          "bob smith@x Thu Nov  9 22:33:52 2023|b
          bob smith@x Thu Nov  9 22:33:52 2023|b
          me at mutt.org Thu Nov  9 22:33:52 2023|b
          b Xyz Nov  9 22:33:52 2023|b
          b jeu nov  9 22:33:52 2023|b
          b Thu Xyz  9 22:33:52 2023|-
          b Thu Nov 99 99:99:99 2023|-
          b Thu Nov  0 22:33:52 2023|-
          b Thu Nov 32 22:33:52 2023|-
          b Thu Nov  9 24:33:52 2023|-
          b Thu Nov  9 22:60:52 2023|-
          b Thu Nov  9 22:33:61 2023|-
          b Thu Nov  9 22:33:60 2023|c
          b Thu Nov  9 22:33:52 1969|-
          b Thu Nov  9 22:33:52 20231|-
          b Thu Nov  9 22:33:52 202|-
          b Thu Nov  9 22:33:52 2023x|-
          b Thu Nov  9 22:33:52 23|b
          b\tThu Nov  9 22:33:52 2023|c
          b Thu\tNov  9 22:33:52 2023|b
          b Thu Nov  9  8:33:52 2023|b
          b thu NOV  9 22:33:52 2023|c
          b Thu Nov  9 22:33:52 2023 and so on|b
          b Thu Nov  9 22:33:52|-
          the middle of nowhere it came to us|-
          where the sun was|-
          3c2b9f5d1f0e4a8b9c7d6e5f4a3b2c1d0e9f8a7b Mon Sep 17 00:00:00 2001|c
          """)
  void separates(String rest, String expected) {
    var line = parse("From " + rest + "\n");
    String found = line.separates(false) ? "c" : line.separates(true) ? "b" : "-";
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "22:33:52 2023, 2023-11-09T21:33:52Z",
    "22:33:52 -0000 2023, 2023-11-09T21:33:52Z",
    "22:33:52 XYZ 2023, 2023-11-09T21:33:52Z",
    "22:33:52 2023 +0530, 2023-11-09T17:03:52Z",
    "22:33:52 2023 -0330, 2023-11-10T02:03:52Z",
    "22:33:52 -0700 2023, 2023-11-10T05:33:52Z",
    "22:33:52 PST 2023, 2023-11-10T06:33:52Z",
    "22:33:52 2023 PST, 2023-11-10T06:33:52Z",
    "22:33:52 CEST 2023, 2023-11-09T20:33:52Z",
    "22:33:52 MET DST 2023, 2023-11-09T20:33:52Z",
    "22:33:52 GMT 2023, 2023-11-09T22:33:52Z",
    "22:33:52 JST 2023, 2023-11-09T13:33:52Z",
    "22:33:52 PST 2023 +0100, 2023-11-09T21:33:52Z",
    "22:33 2023, 2023-11-09T21:33:00Z",
    "22:33:52 23, 2023-11-09T21:33:52Z",
    "22:33:52 71, 1971-11-09T21:33:52Z",
  })
  void tellsTheDate(String timeAndYear, String expected) {
    var line = parse("From b Thu Nov  9 " + timeAndYear + "\n");
    assertThat(Instant.ofEpochSecond(line.seconds())).isEqualTo(Instant.parse(expected));
  }

  @Test
  void tellsTheDateOfTheOtherOrder() {
    var line = parse("From b Thu, 9 Nov 2023 22:33:52 +0530\n");
    assertThat(Instant.ofEpochSecond(line.seconds())).isEqualTo("2023-11-09T17:03:52Z");
  }

  @Test
  void aDayBeyondTheMonthCountsOn() {
    var line = parse("From b Thu Feb 31 00:00:00 2023 GMT\n");
    assertThat(Instant.ofEpochSecond(line.seconds())).isEqualTo("2023-03-03T00:00:00Z");
  }

  @Test
  void aDateInsideQuotesIsNotTaken() {
    var line = parse("From \"x Mon Jan  1 00:00:00 2001\"@y Thu Nov  9 22:33:52 2023 GMT\n");
    assertThat(Instant.ofEpochSecond(line.seconds())).isEqualTo("2023-11-09T22:33:52Z");
  }

  @ParameterizedTest
  @CsvSource({"'\r\n'", "'\n'", "''"})
  void theLineEndDoesNotMatter(String lineEnd) {
    assertThat(parse("From b Thu Nov  9 22:33:52 2023" + lineEnd).date())
        .isEqualTo(DateForm.STRICT);
  }

  @Test
  void aLongLineIsJudgedByItsBeginning() {
    String text = "From b Thu Nov  9 22:33:52 2023" + " x".repeat(500_000);
    assertThat(parse(text).date()).isEqualTo(DateForm.LENIENT);
    // The cut goes through the year, which may go on.
    String sender = "b".repeat(FromLine.JUDGED_OCTETS - "From  Thu Nov  9 22:33:52 2023".length());
    assertThat(parse("From " + sender + " Thu Nov  9 22:33:52 2023 and more").date())
        .isEqualTo(DateForm.NONE);
    assertThat(parse("From " + sender.substring(1) + " Thu Nov  9 22:33:52 2023\n").date())
        .isEqualTo(DateForm.STRICT);
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "tea@pot, tea@pot",
    "'', MAILER-DAEMON",
    "'a b', a-b",
    "'x\nFrom y', x-From-y",
    "'\u007f\u00e4', --",
  })
  void printsASafeSender(String sender, String printed) {
    byte[] line = FromLine.print(sender, Instant.ofEpochSecond(1), ZoneOffset.UTC);
    assertThat(new String(line, UTF_8))
        .isEqualTo("From " + printed + " Thu Jan  1 00:00:01 1970\n");
  }

  @Test
  void cutsALongSender() {
    byte[] line = FromLine.print("x".repeat(1000), Instant.EPOCH, ZoneOffset.UTC);
    assertThat(new String(line, UTF_8)).startsWith("From " + "x".repeat(256) + " Thu");
  }

  @ParameterizedTest
  @CsvSource({"-9999999999, 1970", "9999999999999, 9999"})
  void printsNoYearThatNobodyReads(long seconds, String year) {
    byte[] line = FromLine.print("x", Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    assertThat(new String(line, UTF_8)).endsWith(" " + year + "\n");
  }

  @Property
  void readsWhatItPrints(
      @ForAll String sender, @ForAll @LongRange(min = 0, max = 253402300799L) long seconds) {
    var zone = ZoneOffset.UTC;
    byte[] printed = FromLine.print(sender, Instant.ofEpochSecond(seconds), zone);
    var line = FromLine.parse(printed, printed.length, true, zone);
    assertThat(line).isEqualTo(new FromLine(DateForm.STRICT, seconds, false));
  }

  @Property
  void neverThrows(@ForAll String rest, @ForAll boolean whole) {
    byte[] octets = ("From " + rest).getBytes(UTF_8);
    int length = Math.min(octets.length, FromLine.JUDGED_OCTETS);
    assertThat(FromLine.parse(octets, length, whole, ZoneOffset.UTC)).isNotNull();
  }

  private static FromLine parse(String text) {
    byte[] octets = text.getBytes(UTF_8);
    int length = Math.min(octets.length, FromLine.JUDGED_OCTETS);
    return FromLine.parse(octets, length, length == octets.length, ZoneId.of("Europe/Berlin"));
  }
}
