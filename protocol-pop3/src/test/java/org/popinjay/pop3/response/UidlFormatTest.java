package org.popinjay.pop3.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;

class UidlFormatTest {

  @ParameterizedTest(name = "{0} of {1} in {2}: {3}")
  @CsvSource({
    "popinjay, 1, 1, 0000000100000001",
    "popinjay, 4294967295, 4294967295, ffffffffffffffff",
    "%08x{uid}%08x{uidvalidity}, 255, 43981, 000000ff0000abcd",
    "%08x{uidvalidity}%08x{uid}, 255, 43981, 0000abcd000000ff",
    "%08X{uidvalidity}%08X{uid}, 255, 43981, 0000ABCD000000FF",
    "{uidvalidity}.{uid}, 12, 345, 345.12",
    "UID{uid}-{uidvalidity}, 12, 345, UID12-345",
    "%d{uid}, 4294967295, 1, 4294967295",
    "%012d{uid}, 7, 1, 000000000007",
    "%2x{uid}, 4096, 1, 1000",
  })
  void printsIds(String format, long uid, long validity, String id) {
    var writer = UidlFormat.of(format).in(new UidValidity(validity));
    assertThat(writer.text(new Uid((int) uid))).isEqualTo(id);
  }

  @Test
  void popinjaysOwnIsDovecotsDefault() {
    var writer = UidlFormat.of(UidlFormat.POPINJAY).in(new UidValidity(0x5F3759DFL));
    for (int uid = 1; uid < 100_000; uid += 77) {
      assertThat(writer.text(new Uid(uid)))
          .isEqualTo(String.format(Locale.ROOT, "%08x%08x", uid, 0x5F3759DF));
    }
  }

  @ParameterizedTest(name = "[{0}] is refused: {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{uidvalidity}|{uid} in it",
        "{uid}{uid}|{uid} once",
        "{uid} x|printable US-ASCII",
        "{uid}\u00e9|printable US-ASCII",
        "{uid}}|printable US-ASCII",
        "{md5-popa3d}|{uid} and {uidvalidity}",
        "%08s{uid}|%d, %x or %X",
        "%08x|a variable in braces",
        "%|%d, %x or %X",
        "%999x{uid}|at most 70 octets",
        "%9999x{uid}|%d, %x or %X",
        "{uid|a variable in braces",
        "%71d{uid}|at most 70 octets",
        "%40d{uid}%40d{uidvalidity}|at most 70 octets",
      })
  void refusesWhatCouldNotBeAnId(String format, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UidlFormat.of(format))
        .withMessageContaining("pop3.uidlFormat")
        .withMessageContaining(reason);
  }
}
