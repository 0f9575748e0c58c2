package org.popinjay.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.popinjay.config.ImapConfig;

class CapabilityTest {

  @Test
  void whatCanBeSwitchedOffIsWhatNoOtherSettingDecides() {
    var decidedElsewhere =
        EnumSet.of(
            Capability.IMAP4REV1,
            Capability.STARTTLS,
            Capability.LOGINDISABLED,
            Capability.LITERAL_PLUS,
            Capability.LITERAL_MINUS);
    var others = EnumSet.complementOf(decidedElsewhere).stream().map(Capability::word);
    assertThat(others.filter(word -> !word.startsWith("AUTH=")).toList())
        .isEqualTo(ImapConfig.SWITCHES);
  }

  @Test
  void whatNeedsSomethingThatIsOffIsOffToo() {
    assertThat(Capability.closed(c -> c != Capability.ENABLE))
        .doesNotContain(Capability.ENABLE, Capability.QRESYNC)
        .contains(Capability.CONDSTORE);
    assertThat(Capability.closed(c -> c != Capability.CONDSTORE))
        .doesNotContain(Capability.QRESYNC);
    assertThat(Capability.closed(c -> c != Capability.QRESYNC)).contains(Capability.CONDSTORE);
    assertThat(Capability.closed(c -> c != Capability.LIST_EXTENDED))
        .doesNotContain(Capability.LIST_STATUS);
  }

  @Test
  void namesAreFoundInAnyCase() {
    assertThat(Arrays.stream(Capability.values()))
        .allSatisfy(capability -> {
          var small = capability.word().toLowerCase(Locale.ROOT);
          assertThat(Capability.of(small)).contains(capability);
        });
    assertThat(Capability.of("X-NOPE")).isEmpty();
  }
}
