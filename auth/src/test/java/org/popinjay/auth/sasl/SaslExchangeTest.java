package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.sasl.SaslExchange.Challenge;
import org.popinjay.auth.sasl.SaslExchange.Failed;
import org.popinjay.auth.sasl.SaslExchange.Finished;
import org.popinjay.auth.sasl.SaslExchange.Step;
import org.popinjay.config.AuthConfig.Mechanism;

class SaslExchangeTest {

  /// RFC 4616, section 4: `C: <NUL>tim<NUL>tanstaaftanstaaf`.
  @Test
  void plainWithoutAuthorizationIdentity() {
    var password = finished(new Plain().next(utf8("\0tim\0tanstaaftanstaaf")));
    assertThat(password.user()).isEqualTo("tim");
    assertThat(password.secret()).isEqualTo(utf8("tanstaaftanstaaf"));
    assertThat(password.onBehalfOf()).isEmpty();
  }

  /// RFC 4616, section 4: `C: Ursel<NUL>Kurt<NUL>xipj3plmq`.
  @Test
  void plainOnBehalfOfAnother() {
    var password = finished(new Plain().next(utf8("Ursel\0Kurt\0xipj3plmq")));
    assertThat(password.user()).isEqualTo("Kurt");
    assertThat(password.onBehalfOf()).hasValue("Ursel");
    assertThat(password.secret()).isEqualTo(utf8("xipj3plmq"));
  }

  @Test
  void plainOnBehalfOfOneselfIsPlain() {
    assertThat(finished(new Plain().next(utf8("tim\0tim\0x"))).onBehalfOf()).isEmpty();
  }

  @Test
  void plainAsksWithAnEmptyChallenge() {
    var exchange = new Plain();
    assertThat(challenge(exchange.begin())).isEmpty();
    assertThat(finished(exchange.next(utf8("\0tim\0x"))).user()).isEqualTo("tim");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          ''              | expected exactly two NULs
          tim             | expected exactly two NULs
          @tim            | expected exactly two NULs
          @tim@pass@      | expected exactly two NULs
          @tim@pa@ss      | expected exactly two NULs
          @@pass          | expected a name
          tim@@pass       | expected a name
          @tim@           | expected a password
          @@              | expected a name
          """,
      delimiter = '|')
  void plainRefuses(String message, String reason) {
    assertThat(new Plain().next(utf8(message.replace('@', '\0')))).isEqualTo(new Failed(reason));
  }

  @Test
  void plainWantsNamesInUtf8AndTakesAnyPassword() {
    assertThat(new Plain().next(new byte[] {0, (byte) 0xc3, 0, 'x'})).isInstanceOf(Failed.class);
    assertThat(new Plain().next(new byte[] {(byte) 0xff, 0, 'a', 0, 'x'}))
        .isInstanceOf(Failed.class);
    assertThat(finished(new Plain().next(new byte[] {0, 'a', 0, (byte) 0xe9})).secret())
        .containsExactly(0xe9);
    assertThat(finished(new Plain().next(utf8("\0jürgen\0x"))).user()).isEqualTo("jürgen");
  }

  @Test
  void loginAsksTwice() {
    var exchange = new Login();
    assertThat(challenge(exchange.begin())).isEqualTo("Username:");
    assertThat(challenge(exchange.next(utf8("tim")))).isEqualTo("Password:");
    var password = finished(exchange.next(utf8("secret")));
    assertThat(password.user()).isEqualTo("tim");
    assertThat(password.secret()).isEqualTo(utf8("secret"));
    assertThat(password.onBehalfOf()).isEmpty();
  }

  @Test
  void initialResponseOfLoginIsTheName() {
    var exchange = new Login();
    assertThat(challenge(exchange.next(utf8("tim")))).isEqualTo("Password:");
    assertThat(finished(exchange.next(utf8("secret"))).user()).isEqualTo("tim");
  }

  @Test
  void loginRefusesEmptyAnswersAndNul() {
    assertThat(new Login().next(utf8(""))).isInstanceOf(Failed.class);
    assertThat(new Login().next(utf8("a\0b"))).isInstanceOf(Failed.class);
    assertThat(new Login().next(new byte[] {(byte) 0xff})).isInstanceOf(Failed.class);
    var exchange = new Login();
    exchange.next(utf8("tim"));
    assertThat(exchange.next(utf8(""))).isInstanceOf(Failed.class);
  }

  @Test
  void responsesAreWipedAndSecretsToo() {
    var response = utf8("\0tim\0secret");
    var password = finished(new Plain().next(response));
    assertThat(response).containsOnly(0);
    assertThat(password.toString()).doesNotContain("tim").doesNotContain("secret");
    assertThat(new Finished(password).toString()).doesNotContain("secret");
    password.close();
    assertThat(password.secret()).containsOnly(0);

    var login = new Login();
    login.next(utf8("tim"));
    var last = utf8("secret");
    assertThat(finished(login.next(last)).secret()).isEqualTo(utf8("secret"));
    assertThat(last).containsOnly(0);
  }

  @Property
  void noResponseMakesAnExchangeThrow(@ForAll byte[] response) {
    assertThat(new Plain().next(response.clone())).isInstanceOfAny(Finished.class, Failed.class);
    assertThat(new Login().next(response.clone())).isInstanceOfAny(Challenge.class, Failed.class);
  }

  @Test
  void onlyWhatIsConfiguredAndBuiltIsOffered() {
    var mechanisms =
        new SaslMechanisms(List.of(Mechanism.SCRAM_SHA_256, Mechanism.LOGIN, Mechanism.PLAIN));
    assertThat(mechanisms.names()).containsExactly("LOGIN", "PLAIN");
    assertThat(mechanisms.exchange("plain")).containsInstanceOf(Plain.class);
    assertThat(mechanisms.exchange("LOGIN")).containsInstanceOf(Login.class);
    assertThat(mechanisms.exchange("SCRAM-SHA-256")).isEmpty();
    assertThat(mechanisms.exchange("NTLM")).isEmpty();
    assertThat(new SaslMechanisms(List.of(Mechanism.LOGIN)).exchange("PLAIN")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PLA IN", "PLAIN\0", "PLÄIN", "ABCDEFGHIJKLMNOPQRSTU", "ſCRAM", "a."})
  void suchNamesAreNoMechanisms(String name) {
    assertThat(SaslMechanisms.isName(name)).isFalse();
    assertThat(new SaslMechanisms(List.of(Mechanism.PLAIN)).exchange(name)).isEmpty();
  }

  private static Credentials.Password finished(Step step) {
    assertThat(step).isInstanceOf(Finished.class);
    return (Credentials.Password) ((Finished) step).credentials();
  }

  private static String challenge(Step step) {
    assertThat(step).isInstanceOf(Challenge.class);
    return ((Challenge) step).text();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
