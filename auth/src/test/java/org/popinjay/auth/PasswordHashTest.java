package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {

  /// SHA: Ulrich Drepper's specification; bcrypt: Openwall; Argon2: the tests of the reference
  /// implementation; yescrypt: made by libxcrypt's own crypt(3) from C.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          secret       | {PLAIN}secret
          sécret       | {plain}sécret
          a}b          | {PLAIN}a}b
          Hello world! | {SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1
          Hello world! | {CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1
          Hello world! | $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1
          Hello world! | {SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5
          U*U          | {BLF-CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
          secret       | {YESCRYPT}$y$j9T$rmraH0oVaC/zrpC6N3GBh/$GF39zX5twIjVAUO1tAMUr5dKRr.4ybxRKoB7X78yzzA
          password     | {ARGON2ID}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
          password     | $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
          secret | {CLEARTEXT}secret
          secret | {SSHA}yzq4xlhow8ckeP2XoWOHS87Ux5MBAgMEYWJjZA==
          secret | {SSHA256}tJb4JizYfg5dOi9rs5ci5Chz+/eq20mIBm8o9W7oPfgBAgMEYWJjZA==
          secret | {SSHA512}uiauoXR78lmnZitXOxugNfQpYsZZIS01u91+EkekT25H8sehRaLxLggRLe6jIeABrzTKPW3RNlof/T7r+26Z2AECAwRhYmNk
          secret | {PBKDF2}$1$saltstring$5000$1c5a0bb86a4652fdcf7d2304b698cd09a71b5d51
          secret | {SCRAM-SHA-1}4096,MDEyMzQ1Njc4OWFiY2RlZg==,ZnqDkbqfwR2KKV/RA37Ut+cv+dg=,XH6+sRFySz39hhtQA1fE+aOQl/U=
          secret | {SCRAM-SHA-256}4096,MDEyMzQ1Njc4OWFiY2RlZg==,bpSY5Ze9NUH+I35LC3gVq+DpBfK46iXBxvhAKqVu9pE=,VpYlBuxyzeCI1KnctrefdljpB1mk3Gp7sBI/t11+NkQ=
          """,
      delimiter = '|')
  void theSecretFitsAndNoOther(String secret, String field) {
    var hash = PasswordHash.parse(field);
    assertThat(hash.matches(utf8(secret))).isTrue();
    assertThat(hash.matches(utf8(secret + "x"))).isFalse();
    assertThat(hash.matches(utf8(secret.substring(1)))).isFalse();
    assertThat(hash.matches(new byte[0])).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          ''                    | no password scheme
          secret                | no password scheme
          {PLAIN                | no password scheme
          {PLAIN}               | empty password
          {MD5}abcdef           | unknown password scheme
          {}x                   | unknown password scheme
          {PLAIN.b64}c2VjcmV0   | unknown password scheme
          {SHA512-CRYPT}$5$a$b  | no hash of SHA512-CRYPT
          {YESCRYPT}$6$a$b      | no hash of YESCRYPT
          {BLF-CRYPT}secret     | no hash of BLF-CRYPT
          {CRYPT}$6$a b$c       | no hash of crypt(3)
          {ARGON2ID}$6$a$b      | no hash of ARGON2ID
          $argon2id$            | no hash of Argon2id
          $argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg | no hash of Argon2id, version 19
          $argon2id$v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg     | no cost of Argon2
          $argon2id$v=19$m=-1,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg  |
          $argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg | Argon2 t: 0 (expected 1 to 64)
          $argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg   | Argon2 m: 7 (expected 8 to 262144)
          $argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg  | Argon2 m: 9999999
          $argon2id$v=19$m=99999999999,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg | no cost of Argon2
          $argon2id$v=19$m=256,t=2,p=1$c2FsdA$nf65EOgLrQMR/uIPnA4rEg      | Argon2 octets of salt: 4
          $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65                   | Argon2 octets of hash: 3
          $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$!!!!                   |
          {SSHA}yzq4xlhow8ckeP2XoWOHS87Ux5M=            | no hash of SSHA with a salt
          {SSHA512}yzq4xlhow8ckeP2XoWOHS87Ux5MBAgMEYWJjZA== | no hash of SSHA512
          {SSHA}secret!                                 |
          {PBKDF2}$1$salt$5000                          | no hash of PBKDF2
          {PBKDF2}$1$$5000$1c5a                         | no hash of PBKDF2
          {PBKDF2}$1$salt$0$1c5a0bb86a4652fdcf7d2304b698cd09a71b5d51 | iterations of PBKDF2: 0
          {PBKDF2}$1$salt$99999999$1c5a0bb86a4652fdcf7d2304b698cd09a71b5d51 | iterations of PBKDF2
          {PBKDF2}$1$salt$5000$1c5a                     | with 20 octets
          {PBKDF2}$1$salt$hunter$1c5a                   | a number is none
          {SCRAM-SHA-256}hunter2                        | no keys of SCRAM
          {SCRAM-SHA-256}hunter,a,b,c                   | a number is none
          {SCRAM-SHA-256}4095,MDEyMzQ1Njc4OWFiY2RlZg==,bpSY5Ze9NUH+I35LC3gVq+DpBfK46iXBxvhAKqVu9pE=,VpYlBuxyzeCI1KnctrefdljpB1mk3Gp7sBI/t11+NkQ= | iterations of SCRAM: 4095
          {SCRAM-SHA-1}4096,MDEyMzQ1Njc4OWFiY2RlZg==,bpSY5Ze9NUH+I35LC3gVq+DpBfK46iXBxvhAKqVu9pE=,VpYlBuxyzeCI1KnctrefdljpB1mk3Gp7sBI/t11+NkQ= | not of the right length
          """,
      delimiter = '|')
  void whatCannotBeReadIsRefusedWithAReason(String field, String reason) {
    assertThatThrownBy(() -> PasswordHash.parse(field))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason == null ? "" : reason);
  }

  @Property
  void noFieldMakesTheReaderThrowAnythingElse(@ForAll String field) {
    for (var scheme : Scheme.values()) {
      try {
        var _ = PasswordHash.parse("{" + scheme.label() + "}" + scheme.prefix() + field);
      } catch (IllegalArgumentException expected) {
        assertThat(expected).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void whatIsMadeIsReadAndFits(Scheme scheme) {
    var made = PasswordHash.make(scheme, utf8("pässword"), new SecureRandom());
    assertThat(made).startsWith("{" + scheme.label() + "}").doesNotContain(":");
    var hash = PasswordHash.parse(made);
    assertThat(hash.scheme()).isEqualTo(scheme);
    assertThat(hash.matches(utf8("pässword"))).isTrue();
    assertThat(hash.matches(utf8("password"))).isFalse();
    assertThat(hash.isCheap()).isEqualTo(scheme.isWeak());
    assertThat(hash.isWeak()).isEqualTo(scheme.isWeak());
    assertThat(made).contains(hash.stored());
    assertThat(hash.toString()).doesNotContain(hash.stored());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "a\nb", "a\rb", "a\0b", "\u007f"})
  void aPlainPasswordThatTheFileCannotHoldIsRefused(String secret) {
    assertThatThrownBy(() -> PasswordHash.make(Scheme.PLAIN, utf8(secret), new SecureRandom()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSecretThatCryptCannotTakeIsRefused() {
    for (var secret : new String[] {"a\0b", "x".repeat(600)}) {
      assertThatThrownBy(
              () -> PasswordHash.make(Scheme.SHA512_CRYPT, utf8(secret), new SecureRandom()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
