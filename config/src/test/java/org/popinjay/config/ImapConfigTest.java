package org.popinjay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "mail", "/mail/", "#mh/", "{host}/", "inbox/"})
  void anAliasThatNoNameCanBeginWithStopsTheStart(String alias) {
    assertThatThrownBy(() -> with(Map.of(), List.of(alias)))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("imap.namePrefixAliases: " + alias + " (expected");
  }

  private static ImapConfig with(Map<String, Switch> capabilities) {
    return with(capabilities, List.of());
  }

  private static ImapConfig with(Map<String, Switch> capabilities, List<String> aliases) {
    return new ImapConfig(
        Duration.ofMinutes(30),
        Profile.COMPATIBLE,
        capabilities,
        Literal.PLUS,
        ByteSize.ofMiB(16),
        true,
        false,
        true,
        aliases);
  }
}
