package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.PasswordHash;
import org.popinjay.auth.ScramClient;
import org.popinjay.auth.ScramHash;
import org.popinjay.auth.sasl.SaslExchange.Challenge;
import org.popinjay.auth.sasl.SaslExchange.Failed;
import org.popinjay.auth.sasl.SaslExchange.Finished;
import org.popinjay.auth.sasl.SaslExchange.Later;
import org.popinjay.auth.sasl.SaslExchange.Step;
import org.popinjay.auth.sasl.SaslExchange.Unavailable;

class ScramTest {
  private static final String NONCE = "3rfcNHYJY1ZVvWVs7j";
  private static final PasswordHash ANY = PasswordHash.parse("{PLAIN}any");

  /// The salt and the password of RFC 5802, section 5: `pencil`.
  private static final String SHA_1 =
      ScramClient.stored("SHA-1", "pencil", Base64.getDecoder().decode("QSXCR+Q6sek8bf92"), 4096);

  /// Those of RFC 7677, section 3.
  private static final String SHA_256 =
      ScramClient.stored(
          "SHA-256", "pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);

  /// RFC 5802, section 5, word for word.
  @Test
  void theExampleOfSha1() {
    var exchange = scram(SHA_1, NONCE);
    assertThat(challenge(exchange.begin())).isEmpty();
    assertThat(challenge(exchange.next(utf8("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"))))
        .isEqualTo("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
    var last =
        finished(
            exchange.next(
                utf8(
                    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                        + "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")));
    assertThat(last.lastWords()).isEqualTo("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    assertThat(last.credentials().user()).isEqualTo("user");
    assertThat(last.credentials().onBehalfOf()).isEmpty();
    assertThat(isRight(last)).isTrue();
  }

  /// RFC 7677, section 3, word for word.
  @Test
  void theExampleOfSha256() {
    var exchange = scram(SHA_256, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    assertThat(challenge(exchange.next(utf8("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    var last =
        finished(
            exchange.next(
                utf8(
                    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
    assertThat(last.lastWords()).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    assertThat(isRight(last)).isTrue();
  }

  @Test
  void anotherPasswordIsNotProven() {
    var exchange = scram(SHA_256, NONCE);
    var client = new ScramClient("SHA-256", "tea", "pencils", "n,,", new byte[0]);
    var last = finished(exchange.next(client.last(challenge(exchange.next(client.first())))));
    assertThat(isRight(last)).isFalse();
  }

  @Test
  void namesMayHoldCommasAndEqualsSigns() {
    var exchange = scram(SHA_256, NONCE);
    var client = new ScramClient("SHA-256", "te=2Ca=3D", "pencil", "n,a=a=3Db=2Cc,", new byte[0]);
    var last = finished(exchange.next(client.last(challenge(exchange.next(client.first())))));
    assertThat(last.credentials().user()).isEqualTo("te,a=");
    assertThat(last.credentials().onBehalfOf()).hasValue("a=b,c");
    assertThat(isRight(last)).isTrue();
  }

  @Test
  void oneselfIsNobodyElse() {
    var exchange = scram(SHA_256, NONCE);
    var client = new ScramClient("SHA-256", "tea", "pencil", "n,a=tea,", new byte[0]);
    var last = finished(exchange.next(client.last(challenge(exchange.next(client.first())))));
    assertThat(last.credentials().onBehalfOf()).isEmpty();
  }

  @Test
  void extensionsThatMayBeLeftOutAre() {
    var exchange = scram(SHA_256, NONCE);
    assertThat(challenge(exchange.next(utf8("n,,n=tea,r=abc,x=y"))))
        .startsWith("r=abc" + NONCE + ",s=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                  | expected a comma
          n                   | expected a comma
          n,                  | expected a comma
          n,,                 | expected n=
          n,,n=tea            | expected r=
          n,,n=tea,r=         | expected a nonce of printable characters
          n,,n=tea,r=a b      | expected a nonce of printable characters
          n,,n=,r=a           | expected a name
          n,,n=t=ea,r=a       | expected =2C or =3D
          n,,n=t=2cea,r=a     | expected =2C or =3D
          n,,m=x,n=tea,r=a    | expected n=
          n,x,n=tea,r=a       | expected an authorization identity or none
          n,a=,n=tea,r=a      | expected a name
          q,,n=tea,r=a        | expected n, y or p=
          p=tls-exporter,,n=tea,r=a | channel binding without -PLUS
          """)
  void aFirstMessageThatBreaksTheRulesIsRefused(String message, String reason) {
    assertThat(scram(SHA_256, NONCE).next(utf8(message))).isEqualTo(new Failed(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c=biws,r=abcNONCE            | expected a proof
          r=abcNONCE,p=YQ==            | expected c=
          c=biws,p=YQ==                | expected r=
          c=biws,r=abc,p=YQ==          | another nonce
          c=biws,r=xbcNONCE,p=YQ==     | another nonce
          c=eSws,r=abcNONCE,p=YQ==     | another channel
          c=,r=abcNONCE,p=YQ==         | expected base64
          c=biws,r=abcNONCE,p=         | expected base64
          c=biws,r=abcNONCE,p=YQ       | expected base64
          """)
  void aLastMessageThatBreaksTheRulesIsRefused(String message, String reason) {
    var exchange = scram(SHA_256, NONCE);
    challenge(exchange.next(utf8("n,,n=tea,r=abc")));
    assertThat(exchange.next(utf8(message.replace("NONCE", NONCE)))).isEqualTo(new Failed(reason));
  }

  @Test
  void theServersNonceAloneIsNoProofOfHavingHeardIt() {
    var exchange = scram(SHA_256, NONCE);
    challenge(exchange.next(utf8("n,,n=tea,r=abc")));
    assertThat(exchange.next(utf8("c=biws,r=" + NONCE + ",p=YQ==")))
        .isEqualTo(new Failed("another nonce"));
  }

  @Test
  void aBoundChannelHasToBeTheSameOnBothEnds() {
    for (var type : List.of(ChannelBinding.TLS_EXPORTER, ChannelBinding.TLS_SERVER_END_POINT)) {
      var header = "p=" + type + ",,";
      assertThat(isRight(bound(header, utf8("channel of " + type)))).isTrue();
      assertThat(bind(header, utf8("channel of eve"))).isEqualTo(new Failed("another channel"));
      assertThat(bind(header, new byte[0])).isEqualTo(new Failed("another channel"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n,,            | expected channel binding
          y,,            | channel binding was offered
          p=tls-unique,, | no such channel binding
          p=,,           | no such channel binding
          """)
  void plusWantsAChannelThatIsThere(String header, String reason) {
    var exchange = new Scram(true, true, channel(), _ -> keys(SHA_256), NONCE);
    assertThat(exchange.next(utf8(header + "n=tea,r=abc"))).isEqualTo(new Failed(reason));
  }

  /// RFC 5802, section 6: somebody in between has taken -PLUS out of what the server announced.
  @Test
  void aClientThatWasLiedToIsRefused() {
    var exchange = new Scram(false, true, channel(), _ -> keys(SHA_256), NONCE);
    assertThat(exchange.next(utf8("y,,n=tea,r=abc")))
        .isEqualTo(new Failed("channel binding was offered"));
    var honest = new Scram(false, false, ChannelBinding.NONE, _ -> keys(SHA_256), NONCE);
    assertThat(challenge(honest.next(utf8("y,,n=tea,r=abc")))).startsWith("r=abc");
  }

  @Test
  void whatCannotBeLookedUpIsNoWrongPassword() {
    var exchange =
        new Scram(
            false,
            false,
            ChannelBinding.NONE,
            _ -> CompletableFuture.completedFuture(Optional.empty()),
            NONCE);
    assertThat(settled(exchange.next(utf8("n,,n=tea,r=abc")))).isEqualTo(new Unavailable());
  }

  @Test
  void responsesAreWiped() {
    var exchange = scram(SHA_256, NONCE);
    var first = utf8("n,,n=tea,r=abc");
    exchange.next(first);
    assertThat(first).containsOnly(0);
  }

  @Property(tries = 300)
  void noResponseMakesItThrow(@ForAll byte[] first, @ForAll byte[] second) {
    var fresh = scram(SHA_256, NONCE);
    assertThat(settled(fresh.next(first))).isInstanceOfAny(Failed.class, Challenge.class);
    var exchange = scram(SHA_256, NONCE);
    challenge(exchange.next(utf8("n,,n=tea,r=abc")));
    assertThat(exchange.next(second)).isInstanceOf(Failed.class);
  }

  private static Step bind(String header, byte[] seen) {
    var exchange = new Scram(true, true, channel(), _ -> keys(SHA_256), NONCE);
    var client = new ScramClient("SHA-256", "tea", "pencil", header, seen);
    return exchange.next(client.last(challenge(exchange.next(client.first()))));
  }

  private static Finished bound(String header, byte[] seen) {
    return finished(bind(header, seen));
  }

  private static ChannelBinding channel() {
    return new ChannelBinding() {
      @Override
      public List<String> types() {
        return List.of(TLS_EXPORTER, TLS_SERVER_END_POINT);
      }

      @Override
      public Optional<byte[]> data(String type) {
        return Optional.of(utf8("channel of " + type));
      }
    };
  }

  private static Scram scram(String stored, String nonce) {
    return new Scram(false, false, ChannelBinding.NONE, _ -> keys(stored), nonce);
  }

  private static CompletionStage<Optional<ScramHash>> keys(String stored) {
    return CompletableFuture.completedFuture(Optional.of((ScramHash) PasswordHash.parse(stored)));
  }

  private static boolean isRight(Finished last) {
    return last.credentials() instanceof Credentials.Proof proof && proof.fits(ANY);
  }

  private static Step settled(Step step) {
    return step instanceof Later(var later) ? later.toCompletableFuture().join() : step;
  }

  private static String challenge(Step step) {
    var settled = settled(step);
    assertThat(settled).isInstanceOf(Challenge.class);
    return ((Challenge) settled).text();
  }

  private static Finished finished(Step step) {
    assertThat(step).isInstanceOf(Finished.class);
    return (Finished) step;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
