package org.popinjay.auth;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"bob", "B", "0", "bob@example.org", "first.last+tag", "a-b_c", "_x", "x.lock.y"})
  void ordinaryNamesStayAsTheyAre(String name) {
    assertThat(UserNames.normalize(name)).hasValue(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        ".bob",
        "-bob",
        "a..b",
        "a/b",
        "../bob",
        "bob ",
        " bob",
        "bob\n",
        "bob\0",
        "b%u",
        "{user}",
        "${HOME}",
        "~bob",
        "böb",
        "bob\u0301",
        "a\\b",
        "a:b",
        "bob.lock",
        "bob.LOCK",
        "bob.pop",
        ".pop",
        "a,b",
        "a\tb",
        "bob\u007f",
        "a*",
        "\ud800"
      })
  void oddNamesAreNobodys(String name) {
    assertThat(UserNames.normalize(name)).isEmpty();
  }

  @Test
  void aNameEndsAt128Octets() {
    assertThat(UserNames.normalize("x".repeat(128))).isPresent();
    assertThat(UserNames.normalize("x".repeat(129))).isEmpty();
  }

  @Property
  void whatPassesIsOneComponentOfAPath(
      @ForAll @StringLength(max = 12) @CharRange(from = '\0', to = '~') String name) {
    UserNames.normalize(name)
        .ifPresent(passed ->
            assertThat(passed)
                .matches("[A-Za-z0-9_@+][A-Za-z0-9._@+-]*")
                .doesNotContain("..")
                .doesNotEndWith(".lock"));
  }
}
