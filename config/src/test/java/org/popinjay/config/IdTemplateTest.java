package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.IdTemplate.Source;

class IdTemplateTest {
  private static IdTemplate template(String text) {
    return IdTemplate.parse("pop3.uidlFormat", text);
  }

  private static Optional<String> id(String template, Map<Source, String> values) {
    return template(template).id(12, 345, source -> Optional.ofNullable(values.get(source)));
  }

  @ParameterizedTest(name = "[{0}] is refused: {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{uid} x|printable US-ASCII",
        "{uid}\u00e9|printable US-ASCII",
        "{uid}}|printable US-ASCII",
        "{md5-uw}|not {md5-uw}",
        "{uid,xuidl}|not {uid,xuidl}",
        "{}|not {}",
        "%08s{uid}|%d, %x or %X",
        "%08x|a variable in braces",
        "%|%d, %x or %X",
        "%x{xuidl}|no conversion",
        "%999x{uid}|at most 70 octets",
        "%9999x{uid}|%d, %x or %X",
        "{uid|a variable in braces",
        "%71d{uid}|at most 70 octets",
        "%40d{uid}%40d{uidvalidity}|at most 70 octets",
      })
  void refusesWhatIsNoTemplate(String text, String reason) {
    assertThatExceptionOfType(SettingException.class)
        .isThrownBy(() -> template(text))
        .withMessageContaining("pop3.uidlFormat")
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{uidvalidity}", "{uid}{uid}", "fixed"})
  void aFormatOfNumbersNamesTheUidOnce(String format) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(format))
        .withMessageContaining("{uid} in it, and once");
  }

  private static Pop3Config config(String format) {
    return Pop3Config.DEFAULTS.withUidl(format, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%08x{uid}%08x{uidvalidity}",
        "{uidvalidity}.{uid}",
        "x%012d{uid}y%X{uidvalidity}",
        "{xuidl|md5-qpopper}",
        "{md5-popa3d|md5-dovecot|md5-qpopper4|message-id}"
      })
  void whatIsPrintedIsReadTheSame(String text) {
    assertThat(template(text)).hasToString(text);
    assertThat(template(template(text).toString())).isEqualTo(template(text));
  }

  @Test
  void theFirstValueThatThereIsCounts() {
    var template = "{xuidl|message-id}";
    assertThat(id(template, Map.of(Source.XUIDL, "x", Source.MESSAGE_ID, "m"))).contains("x");
    assertThat(id(template, Map.of(Source.MESSAGE_ID, "m"))).contains("m");
    assertThat(id(template, Map.of())).isEmpty();
    assertThat(id("{xuidl|uid}", Map.of())).contains("12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with blank", "\u00e4", "tab\t", "nul\0"})
  void whatCannotBeAnIdIsNoValue(String value) {
    assertThat(id("{xuidl}", Map.of(Source.XUIDL, value))).isEmpty();
    assertThat(id("{xuidl|uid}", Map.of(Source.XUIDL, value))).contains("12");
  }

  @Test
  void anIdHas70OctetsAtMost() {
    assertThat(id("{xuidl}", Map.of(Source.XUIDL, "a".repeat(70)))).contains("a".repeat(70));
    assertThat(id("{xuidl}", Map.of(Source.XUIDL, "a".repeat(71)))).isEmpty();
    assertThat(id("{xuidl}-{uid}", Map.of(Source.XUIDL, "a".repeat(68)))).isEmpty();
  }

  @ParameterizedTest(name = "{1} of {0} is the id of UID {2}")
  @CsvSource({
    "%08x{uid}%08x{uidvalidity}, 0000000c00000159, 12",
    "%08x{uid}%08x{uidvalidity}, ffffffff00000159, 4294967295",
    "%08x{uid}%08x{uidvalidity}, 0000000C00000159, ",
    "%08x{uid}%08x{uidvalidity}, 0000000c0000015a, ",
    "%08x{uid}%08x{uidvalidity}, 0000000000000159, ",
    "%08x{uid}%08x{uidvalidity}, 1ffffffff00000159, ",
    "%08x{uid}%08x{uidvalidity}, 00000159, ",
    "{uidvalidity}.{uid}, 345.12, 12",
    "{uidvalidity}.{uid}, 345.012, ",
    "{uidvalidity}.{uid}, 345.4294967296, ",
    "{uidvalidity}.{uid}, 345.99999999999999999999999999, ",
    "{uidvalidity}.{uid}, 345., ",
    "U{uid}U, U12U, 12",
    "U{uid}U, U, ",
  })
  void tellsWhoseIdItIs(String template, String id, Long uid) {
    assertThat(template(template).uidOf(id, 345))
        .isEqualTo(uid == null ? OptionalLong.empty() : OptionalLong.of(uid));
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "uw, %08x{uidvalidity}%08x{uid}",
    "dovecot, %08x{uid}%08x{uidvalidity}",
    "dovecot:%v.%u, {uidvalidity}.{uid}",
    "dovecot:%Xv-%5u, %x{uidvalidity}-%05d{uid}",
    "dovecot:%m, {md5-dovecot}",
    "dovecot:%g, {md5-dovecot}",
    "qpopper, {xuidl|md5-qpopper}",
    "qpopper:4, {xuidl|md5-qpopper4}",
    "popa3d, {md5-popa3d}",
    "cyrus, {uidvalidity}.{uid}",
    "heimdal, {xuidl|message-id}",
    "mailutils, {xuidl}",
    "{message-id}, {message-id}",
  })
  void knowsWhatOldServersMadeIdsOf(String setting, String template) {
    assertThat(IdImport.parse("pop3.uidlImport", setting))
        .isEqualTo(new IdImport.Made(template(template), setting.startsWith("dovecot")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "courier",
        "uw:x",
        "x:{uid}",
        "qpopper:5",
        "dovecot:%f",
        "dovecot:%",
        "file:",
        "file:list"
      })
  void refusesWhatItDoesNotKnow(String setting) {
    assertThatExceptionOfType(SettingException.class)
        .isThrownBy(() -> IdImport.parse("pop3.uidlImport", setting))
        .withMessageContaining("pop3.uidlImport");
  }

  @Test
  void aListHasAnAbsolutePath() {
    assertThat(IdImport.parse("pop3.uidlImport", "file:/etc/ids"))
        .isEqualTo(new IdImport.Listed("/etc/ids"));
  }
}
