package org.popinjay.wire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.config.TlsConfig;
import org.popinjay.config.TlsConfig.ClientCertificates;

class TlsContextsTest {
  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private final List<Boolean> reloads = new ArrayList<>();
  private final TlsEvents events =
      new TlsEvents() {
        @Override
        public void reloaded(boolean taken) {
          reloads.add(taken);
        }
      };

  @ParameterizedTest
  @CsvSource({
    "first.example, first",
    "second.example, second",
    "imap.third.example, third",
    "exact.third.example, exact",
    "a.b.third.example, first",
    "third.example, first",
    "elsewhere.example, first",
    "., first",
    "'', first"
  })
  void aClientGetsTheCertificateOfTheHostThatItNames(String host, String certificate)
      throws Exception {
    TestCertificates.write(folder, "first", TestCertificates.of("first.example"));
    var contexts =
        open(
            settings(
                "first",
                TestCertificates.write(folder, "second", TestCertificates.of("Second.Example")),
                TestCertificates.write(folder, "third", TestCertificates.of("*.third.example")),
                TestCertificates.write(
                    folder, "exact", TestCertificates.of("exact.third.example"))));
    assertThat(shown(contexts, host)).isEqualTo(certificate + ".pem");
  }

  @ParameterizedTest
  @EnumSource
  void bothEnginesTakeTheSettings(TlsEngine engine) throws Exception {
    TestCertificates.write(folder, "first", TestCertificates.of("first.example"));
    var contexts = open(settings("first"), engine);
    for (var protocol : List.of("imap", "pop3")) {
      var context = contexts.choose(protocol, Optional.empty()).context();
      assertThat(context.cipherSuites())
          .allMatch(suite ->
              suite.matches(
                  "TLS_(AES|CHACHA20)_.*|TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_(128|256)_GCM|CHACHA20_POLY1305)_.*"));
      assertThat(context.applicationProtocolNegotiator().protocols()).containsExactly(protocol);
    }
  }

  @Test
  void changedFilesAreTakenAndUnchangedOnesAreNotReadAgain() throws Exception {
    TestCertificates.write(folder, "first", TestCertificates.of("old.example"));
    var contexts = open(settings("first"));
    contexts.lookAgain();
    assertThat(reloads).isEmpty();
    TestCertificates.write(folder, "first", TestCertificates.of("new.example", "more.example"));
    contexts.lookAgain();
    contexts.lookAgain();
    assertThat(reloads).containsExactly(true);
    assertThat(names(contexts)).containsExactly("new.example", "more.example");
  }

  @Test
  void aBadNewFileKeepsTheOldOnesUntilItIsMended() throws Exception {
    var old = TestCertificates.of("old.example");
    TestCertificates.write(folder, "first", old);
    var contexts = open(settings("first"));
    TestCertificates.write(folder.resolve("first.pem"), "rubbish, longer than what was there");
    contexts.lookAgain();
    contexts.lookAgain();
    assertThat(reloads).containsExactly(false);
    assertThat(names(contexts)).containsExactly("old.example");
    // As between the two steps of somebody who replaces both files.
    var next = TestCertificates.of("new.example");
    TestCertificates.write(folder.resolve("first.pem"), next.getCertificatePathPEM());
    contexts.lookAgain();
    assertThat(names(contexts)).containsExactly("old.example");
    TestCertificates.write(folder.resolve("first.key"), next.getPrivateKeyPEM());
    contexts.lookAgain();
    assertThat(names(contexts)).containsExactly("new.example");
    assertThat(reloads).containsExactly(false, false, true);
  }

  @Test
  void keysOfTicketsAreChangedEveryDayWithoutReadingFiles() throws Exception {
    TestCertificates.write(folder, "first", TestCertificates.of("a.example"));
    var contexts = open(settings("first"));
    var before = contexts.choose("imap", Optional.empty());
    nanos.addAndGet(Duration.ofHours(25).toNanos());
    contexts.lookAgain();
    assertThat(reloads).isEmpty();
    assertThat(contexts.choose("imap", Optional.empty()).context()).isSameAs(before.context());
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() throws IOException {
    TestCertificates.write(folder, "first", TestCertificates.of("a.example"));
    TestCertificates.write(folder, "second", TestCertificates.of("b.example"));
    Files.copy(folder.resolve("second.key"), folder.resolve("other.key"));
    var settings =
        settings(
            "first",
            named("first.pem", "other.key", ""),
            named("nowhere.pem", "second.key", ""),
            named("second.key", "second.key", "nopassword"));
    assertThatThrownBy(() -> open(settings))
        .asInstanceOf(InstanceOfAssertFactories.type(TlsException.class))
        .satisfies(e ->
            assertThat(e.faults())
                .extracting(TlsFault::key, TlsFault::what)
                .containsExactly(
                    tuple("tls.additional[0].key", "is not the key of the certificate"),
                    tuple("tls.additional[1].certificate", "no such file"),
                    tuple("tls.additional[2].certificate", "no certificate in it (expected PEM)"),
                    tuple("tls.additional[2].keyPasswordFile", "no such file")));
    assertThat(TlsContexts.faults(settings)).hasSize(4);
  }

  @Test
  void aCertificateThatHasEndedIsTakenAndNamed() throws Exception {
    var end = Instant.now().minusSeconds(100);
    TestCertificates.write(folder, "first", TestCertificates.ended(end, "a.example"));
    var contexts = open(settings("first"));
    assertThat(contexts.firstExpiry()).isBefore(Instant.now());
    assertThat(contexts.notValidAt(Instant.now()))
        .singleElement()
        .asString()
        .contains("first.pem is valid from");
  }

  @Test
  void certificateAndKeyMayStandInOneFile() throws Exception {
    var bundle = TestCertificates.of("a.example");
    TestCertificates.write(
        folder.resolve("both.pem"), bundle.getPrivateKeyPEM() + bundle.getCertificatePathPEM());
    var one = named("both.pem", "both.pem", "");
    assertThat(names(open(tls(one, List.of())))).containsExactly("a.example");
  }

  private TlsContexts open(TlsConfig settings) throws TlsException {
    return open(settings, TlsEngine.best());
  }

  private TlsContexts open(TlsConfig settings, TlsEngine engine) throws TlsException {
    return TlsContexts.open(settings, engine, events, new SecureRandom(), nanos::get);
  }

  private TlsConfig.Certificate named(String certificate, String key, String password) {
    return new TlsConfig.Certificate(
        folder.resolve(certificate),
        folder.resolve(key),
        password.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(password)));
  }

  private TlsConfig settings(String first, TlsConfig.Certificate... additional) {
    return tls(named(first + ".pem", first + ".key", ""), List.of(additional));
  }

  static TlsConfig tls(TlsConfig.Certificate first, List<TlsConfig.Certificate> additional) {
    return new TlsConfig(
        Optional.of(first.certificate()),
        Optional.of(first.key()),
        first.keyPasswordFile(),
        additional,
        TlsConfig.Version.TLS_1_2,
        ClientCertificates.OFF,
        Optional.empty(),
        Duration.ofSeconds(30));
  }

  private static String shown(TlsContexts contexts, String host) {
    var choice = contexts.choose("imap", host.isEmpty() ? Optional.empty() : Optional.of(host));
    return String.valueOf(choice.certificate().source().certificate().getFileName());
  }

  private static List<String> names(TlsContexts contexts) {
    return contexts.choose("imap", Optional.empty()).certificate().names();
  }
}
