package org.popinjay.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Pam.Good;
import org.popinjay.posix.Pam.Shut;
import org.popinjay.posix.Pam.Wrong;

/// Real modules by service files of our own; skipped, visibly, where there is no PAM.
@Timeout(120)
class PamTest {
  private static final String HOST = "192.0.2.7";

  @TempDir Path services;

  @BeforeEach
  void needsPam() {
    assumeTrue(Pam.fault().isEmpty(), "no PAM: " + Pam.fault().orElse(""));
  }

  @Test
  void whatTheServicePermitsIsGood() throws IOException {
    var pam = service("auth required pam_permit.so", "account required pam_permit.so");
    assertThat(pam.authenticate("tea", utf8("any"), HOST)).isEqualTo(new Good());
    assertThat(pam.account("tea", HOST)).isEqualTo(new Good());
  }

  @Test
  void whatItDeniesIsAWrongPassword() throws IOException {
    var pam = service("auth required pam_deny.so", "account required pam_permit.so");
    assertThat(pam.authenticate("tea", utf8("any"), HOST)).isInstanceOf(Wrong.class);
  }

  @Test
  void theAccountIsAskedToo() throws IOException {
    var pam = service("auth required pam_permit.so", "account required pam_deny.so");
    assertThat(pam.authenticate("tea", utf8("any"), HOST)).isInstanceOf(Shut.class);
    assertThat(pam.account("tea", HOST)).isInstanceOf(Shut.class);
  }

  @Test
  void aServiceWithoutAFileIsNobodysFault() {
    assertThatThrownBy(() -> Pam.service("nowhere", services).authenticate("tea", utf8("x"), HOST))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aModuleThatIsNotThereIsNoWrongPassword() throws IOException {
    var pam =
        service("auth required pam_missing_for_this_test.so", "account required pam_permit.so");
    assertThatThrownBy(() -> pam.authenticate("tea", utf8("x"), HOST))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("tea");
  }

  @Test
  void thePauseIsReportedAndNotMade() throws IOException {
    var pam =
        service(
            "auth optional pam_faildelay.so delay=120000000",
            "auth required pam_deny.so",
            "account required pam_permit.so");
    long began = System.nanoTime();
    var verdict = pam.authenticate("tea", utf8("x"), HOST);
    // The modules' pause is between one minute and three, and reported as the longest that we make.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    assertThat(verdict).isEqualTo(new Wrong(Duration.ofSeconds(15)));
  }

  @Test
  void thePasswordReachesTheModules() throws IOException {
    var seen = services.resolve("seen");
    var script = services.resolve("script");
    Files.writeString(script, "#!/bin/sh\ntr '\\0' '\\n' >" + seen + "\nexit 0\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    var pam =
        service(
            "auth required pam_exec.so expose_authtok quiet " + script,
            "account required pam_permit.so");
    assertThat(pam.authenticate("tea", utf8("pässword with spaces"), HOST)).isEqualTo(new Good());
    assertThat(Files.readString(seen)).startsWith("pässword with spaces");
  }

  @Test
  void aPasswordWithANulIsWrongUnasked() throws IOException {
    var pam = service("auth required pam_permit.so", "account required pam_permit.so");
    assertThat(pam.authenticate("tea", new byte[] {'a', 0, 'b'}, HOST))
        .isEqualTo(new Wrong(Duration.ZERO));
  }

  @Test
  void manyAreAskedAtOnce() throws Exception {
    var right = service("auth required pam_permit.so", "account required pam_permit.so");
    var wrong = Pam.service("deny", services);
    Files.writeString(
        services.resolve("deny"), "auth required pam_deny.so\naccount required pam_permit.so\n");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var verdicts = new ArrayList<Future<Pam.Verdict>>();
      for (int i = 0; i < 200; i++) {
        var pam = i % 2 == 0 ? right : wrong;
        verdicts.add(threads.submit(() -> pam.authenticate("tea", utf8("x"), HOST)));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(verdicts.get(i).get()).isInstanceOf(i % 2 == 0 ? Good.class : Wrong.class);
      }
    }
  }

  private Pam service(String... lines) throws IOException {
    Files.writeString(services.resolve("test"), String.join("\n", lines) + "\n");
    return Pam.service("test", services);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
