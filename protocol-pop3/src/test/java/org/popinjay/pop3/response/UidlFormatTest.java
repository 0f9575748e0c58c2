package org.popinjay.pop3.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.IdTemplate;
import org.popinjay.config.Pop3Config;
import org.popinjay.mailstore.UidValidity;

class UidlFormatTest {
  private static UidlFormat.Writer writer(String format, long validity) {
    var template =
        format.equals(IdTemplate.POPINJAY_NAME)
            ? IdTemplate.POPINJAY
            : IdTemplate.parse("pop3.uidlFormat", format);
    return UidlFormat.of(template).in(new UidValidity(validity));
  }

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
    "{md5-popa3d}, 255, 43981, 000000ff0000abcd",
  })
  void printsIds(String format, long uid, long validity, String id) {
    var maildrop = new OneMessage(uid, validity, null);
    assertThat(writer(format, validity).text(maildrop, 1)).isEqualTo(id);
  }

  @Test
  void popinjaysOwnIsDovecotsDefault() {
    var writer = writer(Pop3Config.DEFAULTS.uidlFormat(), 0x5F3759DFL);
    for (int uid = 1; uid < 100_000; uid += 77) {
      assertThat(writer.text(new OneMessage(uid, 0x5F3759DFL, null), 1))
          .isEqualTo(String.format(Locale.ROOT, "%08x%08x", uid, 0x5F3759DF));
    }
  }

  @Test
  void anIdThatIsKeptIsTheMessages() {
    var longest = "~".repeat(UidlFormat.ID_OCTETS_MAX);
    assertThat(writer("popinjay", 1).text(new OneMessage(1, 1, longest), 1)).isEqualTo(longest);
  }
}
