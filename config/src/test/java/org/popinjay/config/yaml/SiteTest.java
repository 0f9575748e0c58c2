package org.popinjay.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popinjay.config.Setting;

class SiteTest {
  private record Door(
      @Setting("What hangs on the wall.") String picture,
      @Setting(value = "What opens it.", secret = true) String key) {}

  @Test
  void aSecretIsNeverShown() {
    var components = Door.class.getRecordComponents();
    assertThat(Site.of("door", components[0]).shown("a ship")).isEqualTo("a ship");
    assertThat(Site.of("door", components[1]).shown("sesame")).isEqualTo("<hidden>");
  }

  @Test
  void aKeyIsThePathToIt() {
    var site = Site.of("doors", Door.class.getRecordComponents()[0]);
    assertThat(site.key()).isEqualTo("doors.picture");
    assertThat(site.item(2).key()).isEqualTo("doors.picture[2]");
    assertThat(site.entry("front").key()).isEqualTo("doors.picture.front");
  }
}
