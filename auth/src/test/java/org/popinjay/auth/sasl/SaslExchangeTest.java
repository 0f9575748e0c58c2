package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.AuthResult;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.Digests;
import org.popinjay.auth.Origin;
import org.popinjay.auth.PasswordHash;
import org.popinjay.auth.StoredForm;
import org.popinjay.auth.sasl.SaslExchange.Challenge;
import org.popinjay.auth.sasl.SaslExchange.Failed;
import org.popinjay.auth.sasl.SaslExchange.Finished;
import org.popinjay.auth.sasl.SaslExchange.Step;
import org.popinjay.auth.sasl.SaslMechanisms.NoSuchMechanism;
import org.popinjay.auth.sasl.SaslMechanisms.NotPrivate;
import org.popinjay.auth.sasl.SaslMechanisms.Started;
import org.popinjay.config.AuthConfig.Mechanism;

class SaslExchangeTest {
  private static final ChannelBinding BOUND =
      new ChannelBinding() {
        @Override
        public List<String> types() {
          return List.of(TLS_EXPORTER);
        }

        @Override
        public Optional<byte[]> data(String type) {
          return Optional.of(new byte[32]);
        }
      };

  private static final SaslSurroundings PRIVATE = at(true, ChannelBinding.NONE, Optional.empty());
  private static final SaslSurroundings OPEN = at(false, ChannelBinding.NONE, Optional.empty());
  private static final SaslSurroundings CERTIFIED = at(true, BOUND, Optional.of("tim"));

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

  /// RFC 2195, section 2, word for word.
  @Test
  void cramMd5HashesTheChallenge() {
    var exchange = new CramMd5("<1896.697170952@postoffice.reston.mci.net>");
    assertThat(challenge(exchange.begin())).isEqualTo("<1896.697170952@postoffice.reston.mci.net>");
    var proof = proof(exchange.next(utf8("tim b913a602c7eda7a495b4e6e7334d3890")));
    assertThat(proof.user()).isEqualTo("tim");
    assertThat(proof.fits(PasswordHash.parse("{PLAIN}tanstaaftanstaaf"))).isTrue();
    assertThat(proof.fits(PasswordHash.parse("{PLAIN}tanstaaftanstaag"))).isFalse();
    assertThat(proof.fits(PasswordHash.parse("$6$x$y"))).isFalse();
  }

  @Test
  void cramMd5BeginsItself() {
    assertThat(new CramMd5("<1@x>").next(utf8("tim b913a602c7eda7a495b4e6e7334d3890")))
        .isEqualTo(new Failed("the server begins"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tim",
        " b913a602c7eda7a495b4e6e7334d3890",
        "tim b913a602c7eda7a495b4e6e7334d389",
        "timxb913a602c7eda7a495b4e6e7334d3890"
      })
  void cramMd5Refuses(String response) {
    var exchange = new CramMd5("<1@x>");
    exchange.begin();
    assertThat(exchange.next(utf8(response))).isInstanceOf(Failed.class);
  }

  /// RFC 1939, section 7, word for word.
  @Test
  void apopHashesTheTimestamp() {
    var stored = PasswordHash.parse("{PLAIN}tanstaaf");
    var timestamp = utf8("<1896.697170952@dbc.mtview.ca.us>");
    assertThat(Digests.isApop(stored, timestamp, utf8("c4c9334bac560ecc979e58001b3e22fb")))
        .isTrue();
    assertThat(Digests.isApop(stored, timestamp, utf8("C4C9334BAC560ECC979E58001B3E22FB")))
        .isTrue();
    assertThat(Digests.isApop(stored, timestamp, utf8("c4c9334bac560ecc979e58001b3e22fc")))
        .isFalse();
    assertThat(
            Digests.isApop(
                PasswordHash.parse("$6$x$y"), timestamp, utf8("c4c9334bac560ecc979e58001b3e22fb")))
        .isFalse();
  }

  /// RFC 4422, appendix A.3.
  @Test
  void externalTakesTheNameOfTheCertificate() {
    var exchange = new External("tim");
    assertThat(challenge(exchange.begin())).isEmpty();
    var vouched = vouched(exchange.next(utf8("")));
    assertThat(vouched).isEqualTo(new Credentials.Vouched("tim", Optional.empty()));
    assertThat(vouched(new External("tim").next(utf8("fred@example.com"))).onBehalfOf())
        .hasValue("fred@example.com");
    assertThat(vouched(new External("tim").next(utf8("tim"))).onBehalfOf()).isEmpty();
    assertThat(new External("tim").next(utf8("a\0b"))).isInstanceOf(Failed.class);
    assertThat(new External("tim").next(new byte[] {(byte) 0xff})).isInstanceOf(Failed.class);
  }

  /// RFC 4505, section 4.
  @Test
  void anonymousListensAndForgets() {
    assertThat(vouched(new Anonymous("guest").next(utf8("sirhc"))).user()).isEqualTo("guest");
    assertThat(vouched(new Anonymous("guest").next(utf8(""))).user()).isEqualTo("guest");
    assertThat(new Anonymous("guest").next(utf8("\ud83e\udd9c".repeat(255))))
        .isInstanceOf(Finished.class);
    assertThat(new Anonymous("guest").next(utf8("x".repeat(256)))).isInstanceOf(Failed.class);
  }

  @Test
  void onlyWhatIsConfiguredIsOffered() {
    var mechanisms =
        mechanisms(Knows.ALL, Mechanism.SCRAM_SHA_256, Mechanism.LOGIN, Mechanism.PLAIN);
    assertThat(mechanisms.names(PRIVATE)).containsExactly("SCRAM-SHA-256", "LOGIN", "PLAIN");
    assertThat(start(mechanisms, "plain")).isInstanceOf(Plain.class);
    assertThat(start(mechanisms, "LOGIN")).isInstanceOf(Login.class);
    assertThat(start(mechanisms, "SCRAM-SHA-256")).isInstanceOf(Scram.class);
    assertThat(mechanisms.start("NTLM", PRIVATE)).isEqualTo(new NoSuchMechanism());
    assertThat(mechanisms(Knows.ALL, Mechanism.LOGIN).start("PLAIN", PRIVATE))
        .isEqualTo(new NoSuchMechanism());
    assertThat(mechanisms.start("scram-sha-256", PRIVATE))
        .isInstanceOfSatisfying(
            Started.class, s -> assertThat(s.mechanism()).isEqualTo("SCRAM-SHA-256"));
  }

  @Test
  void passwordsAreNotAskedForWhereOthersListen() {
    var mechanisms =
        mechanisms(Knows.ALL, Mechanism.SCRAM_SHA_256, Mechanism.LOGIN, Mechanism.PLAIN);
    assertThat(mechanisms.names(OPEN)).containsExactly("SCRAM-SHA-256");
    assertThat(mechanisms.start("PLAIN", OPEN)).isEqualTo(new NotPrivate());
    assertThat(mechanisms.start("LOGIN", OPEN)).isEqualTo(new NotPrivate());
  }

  @Test
  void whatCannotServeAllUsersIsNotOffered() {
    var mechanisms =
        mechanisms(
            new Knows(StoredForm.ANY, StoredForm.SCRAM_SHA_256),
            Mechanism.CRAM_MD5,
            Mechanism.SCRAM_SHA_1,
            Mechanism.SCRAM_SHA_256,
            Mechanism.APOP,
            Mechanism.PLAIN);
    assertThat(mechanisms.names(PRIVATE)).containsExactly("SCRAM-SHA-256", "PLAIN");
    assertThat(mechanisms.start("CRAM-MD5", PRIVATE)).isEqualTo(new NoSuchMechanism());
    assertThat(mechanisms.apopTimestamp("x")).isEmpty();
  }

  @Test
  void apopIsNoMechanism() {
    var mechanisms = mechanisms(Knows.ALL, Mechanism.APOP);
    assertThat(mechanisms.names(PRIVATE)).isEmpty();
    assertThat(mechanisms.start("APOP", PRIVATE)).isEqualTo(new NoSuchMechanism());
    assertThat(mechanisms.apopTimestamp("dewey"))
        .hasValueSatisfying(timestamp -> assertThat(timestamp).matches("<[0-9]+@dewey>"));
    assertThat(mechanisms.apopTimestamp("dewey")).isNotEqualTo(mechanisms.apopTimestamp("dewey"));
    assertThat(mechanisms(Knows.ALL, Mechanism.PLAIN).apopTimestamp("dewey")).isEmpty();
  }

  @Test
  void whatNeedsTlsOrACertificateOrAGuestIsOfferedWhereItIsThere() {
    var all = mechanisms(Knows.ALL, Mechanism.values());
    assertThat(all.names(PRIVATE))
        .containsExactly("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5");
    assertThat(all.names(CERTIFIED))
        .containsExactly(
            "PLAIN",
            "LOGIN",
            "SCRAM-SHA-256",
            "SCRAM-SHA-256-PLUS",
            "SCRAM-SHA-1",
            "SCRAM-SHA-1-PLUS",
            "EXTERNAL",
            "CRAM-MD5");
    assertThat(all.start("EXTERNAL", PRIVATE)).isEqualTo(new NoSuchMechanism());
    assertThat(all.start("SCRAM-SHA-256-PLUS", PRIVATE)).isEqualTo(new NoSuchMechanism());
  }

  @Test
  void channelBindingStandsBehindItsMechanism() {
    assertThat(
            SaslMechanisms.withChannelBinding(
                List.of(Mechanism.SCRAM_SHA_256_PLUS, Mechanism.PLAIN, Mechanism.SCRAM_SHA_256)))
        .containsExactly(Mechanism.SCRAM_SHA_256_PLUS, Mechanism.PLAIN, Mechanism.SCRAM_SHA_256);
    assertThat(SaslMechanisms.withChannelBinding(List.of(Mechanism.SCRAM_SHA_256)))
        .containsExactly(Mechanism.SCRAM_SHA_256, Mechanism.SCRAM_SHA_256_PLUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PLA IN", "PLAIN\0", "PLÄIN", "ABCDEFGHIJKLMNOPQRSTU", "ſCRAM", "a."})
  void suchNamesAreNoMechanisms(String name) {
    assertThat(SaslMechanisms.isName(name)).isFalse();
    assertThat(mechanisms(Knows.ALL, Mechanism.PLAIN).start(name, PRIVATE))
        .isEqualTo(new NoSuchMechanism());
  }

  /// Users whose passwords are stored in these forms.
  private record Knows(Set<StoredForm> forms) implements Authenticator {
    static final Knows ALL = new Knows(StoredForm.values());

    Knows(StoredForm... forms) {
      this(Set.of(forms));
    }

    @Override
    public boolean serves(StoredForm form) {
      return forms.contains(form);
    }

    @Override
    public CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin) {
      throw new UnsupportedOperationException("nobody signs in here");
    }
  }

  private static SaslMechanisms mechanisms(Knows users, Mechanism... configured) {
    return new SaslMechanisms(List.of(configured), users, new Random(1));
  }

  private static SaslExchange start(SaslMechanisms mechanisms, String name) {
    assertThat(mechanisms.start(name, PRIVATE)).isInstanceOf(Started.class);
    return ((Started) mechanisms.start(name, PRIVATE)).exchange();
  }

  private static SaslSurroundings at(
      boolean passwordsAllowed, ChannelBinding binding, Optional<String> certificateName) {
    return new SaslSurroundings(
        InetAddress.getLoopbackAddress(),
        "imap",
        "dewey",
        passwordsAllowed,
        binding,
        certificateName);
  }

  private static Credentials.Proof proof(Step step) {
    assertThat(step).isInstanceOf(Finished.class);
    return (Credentials.Proof) ((Finished) step).credentials();
  }

  private static Credentials.Vouched vouched(Step step) {
    assertThat(step).isInstanceOf(Finished.class);
    return (Credentials.Vouched) ((Finished) step).credentials();
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
