package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.popinjay.config.ImapConfig.Literal;
import org.popinjay.config.ImapConfig.Profile;
import org.popinjay.config.ImapConfig.Switch;

class ImapConfigTest {

  @Test
  void whatIsNotSwitchedOffIsOn() {
    var config = with(Map.of("IDLE", Switch.OFF, "MOVE", Switch.ON));
    assertThat(config.switchedOn("IDLE")).isFalse();
    assertThat(config.switchedOn("MOVE")).isTrue();
    assertThat(config.switchedOn("ID")).isTrue();
  }

  @Test
  void aSwitchThatThereIsNotStopsTheStart() {
    assertThatThrownBy(() -> with(Map.of("IDEL", Switch.OFF)))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("imap.capabilities: IDEL (expected SASL-IR, ID, ");
  }

  private static ImapConfig with(Map<String, Switch> capabilities) {
    return new ImapConfig(
        Duration.ofMinutes(30),
        Profile.COMPATIBLE,
        capabilities,
        Literal.PLUS,
        ByteSize.ofMiB(16),
        true,
        false);
  }
}
