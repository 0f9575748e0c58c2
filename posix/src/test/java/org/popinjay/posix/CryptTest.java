package org.popinjay.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CryptTest {

  /// The SHA vectors are those of Ulrich Drepper's specification, which OpenSSL computes as well;
  /// bcrypt's is Openwall's.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          Hello world! | $5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5
          Hello world! | $5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA
          Hello world! | $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1
          U*U          | $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
          """,
      delimiter = '|')
  void knownHashesFit(String secret, String hash) {
    assertThat(Crypt.matches(secret.getBytes(UTF_8), hash)).isTrue();
    assertThat(Crypt.matches((secret + "x").getBytes(UTF_8), hash)).isFalse();
    assertThat(Crypt.matches(secret.getBytes(UTF_8), hash + "x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"$6$", "$5$", "$2b$", "$y$"})
  void aFreshSettingHashesAndFits(String prefix) {
    var setting = Crypt.setting(prefix);
    assertThat(setting).startsWith(prefix).isNotEqualTo(Crypt.setting(prefix));
    var hash = Crypt.hash("pässword".getBytes(UTF_8), setting).orElseThrow();
    assertThat(Crypt.matches("pässword".getBytes(UTF_8), hash)).isTrue();
    assertThat(Crypt.matches("password".getBytes(UTF_8), hash)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "*", "!", "!!", "*0", "*1", "x", "$", "$6", "$99$abc", "$y$", "!$6$a$b"})
  void aBadSettingMatchesNothing(String setting) {
    assertThat(Crypt.hash("secret".getBytes(UTF_8), setting)).isEmpty();
    assertThat(Crypt.matches("secret".getBytes(UTF_8), setting)).isFalse();
  }

  @Test
  void aNulDoesNotCutTheSecretShort() {
    var hash = Crypt.hash("abc".getBytes(UTF_8), "$6$saltstring").orElseThrow();
    assertThat(Crypt.matches("abc\0def".getBytes(UTF_8), hash)).isFalse();
  }

  @Test
  void anEndlessSecretIsRefused() {
    assertThat(Crypt.hash(new byte[0], "$6$saltstring")).isPresent();
    var secret = "x".repeat(512).getBytes(UTF_8);
    assertThat(Crypt.hash(secret, "$6$saltstring")).isEmpty();
  }

  @Test
  void anUnknownPrefixIsOurFault() {
    assertThatThrownBy(() -> Crypt.setting("$nope$")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eightThreadsGetTheirOwnHashes() throws Exception {
    var expected = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      expected.add(Crypt.hash(secret(i), "$6$rounds=1000$salt" + i).orElseThrow());
    }
    try (var pool = Executors.newFixedThreadPool(8)) {
      var runs = new ArrayList<Future<Integer>>();
      for (int thread = 0; thread < 8; thread++) {
        int mine = thread;
        runs.add(
            pool.submit(() -> {
              int wrong = 0;
              for (int i = 0; i < 50; i++) {
                wrong += Crypt.matches(secret(mine), expected.get(mine)) ? 0 : 1;
                wrong += Crypt.matches(secret(mine), expected.get((mine + 1) % 8)) ? 1 : 0;
              }
              return wrong;
            }));
      }
      for (var run : runs) {
        assertThat(run.get()).isZero();
      }
    }
  }

  private static byte[] secret(int number) {
    return ("secret-" + number).getBytes(UTF_8);
  }
}
