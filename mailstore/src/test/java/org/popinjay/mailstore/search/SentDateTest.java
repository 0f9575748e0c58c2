package org.popinjay.mailstore.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentDateTest {

  @ParameterizedTest(name = "[{0}] is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Thu, 09 Nov 2023 22:33:52 +0100           | 2023-11-09
          Thu, 9 Nov 2023 23:59:59 -1200            | 2023-11-09
          Thu, 09 Nov 2023 00:00:00 +1400           | 2023-11-09
          9 nov 2023                                | 2023-11-09
          Thursday, 9-Nov-23 22:33:52 GMT           | 2023-11-09
          Thu,9 Nov 2023 99:99 what                 | 2023-11-09
          (a (nested) comment) Thu, 9 Nov (x) 2023  | 2023-11-09
          Mon, 9 Nov 2023 22:33 +0000               | 2023-11-09
          1 Jan 49 00:00 +0000                      | 2049-01-01
          1 Jan 50 00:00 +0000                      | 1950-01-01
          1 Jan 101 00:00 +0000                     | 2001-01-01
          29 Feb 2024                               | 2024-02-29
          29 Feb 2023                               |
          31 Apr 2023                               |
          0 Nov 2023                                |
          2023-11-09                                |
          Nov 9 2023                                |
          9 Nove 2023                               |
          9 ovd 2023                                |
          9 Nov                                     |
          9 Nov 20231                               |
          Thu, (                                    |
          (\\                                       |
          ''                                        |
          """)
  void readsTheDayInItsOwnZone(String value, LocalDate day) {
    assertThat(SentDate.day(value)).isEqualTo(day);
  }

  @Property(tries = 500)
  void neverThrows(@ForAll String value) {
    var _ = SentDate.day(value);
  }
}
