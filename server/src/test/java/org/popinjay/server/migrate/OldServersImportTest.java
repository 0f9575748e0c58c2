package org.popinjay.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.LogConfig;

class OldServersImportTest {

  private static Understood popper(String... arguments) {
    return Understood.of(PopperImport.of(List.of(arguments)));
  }

  private static Understood qpopper(String text) {
    return Understood.of(QpopperImport.of("qpopper.cfg", text));
  }

  @Test
  void theFlagsOfPopperAreThoseOfServe() {
    var understood =
        popper("popper", "-ds", "-T", "120", "-b/var/bulletins", "-t", "/var/log/pop.trace");
    var config = understood.config();
    assertThat(understood.leftovers()).isEmpty();
    assertThat(config.log().level()).isEqualTo(LogConfig.Level.DEBUG);
    assertThat(config.log().statistics()).isEqualTo(LogConfig.Statistics.ON);
    assertThat(config.log().traceFile()).hasValue(Path.of("/var/log/pop.trace"));
    assertThat(config.pop3().idleTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.bulletins().dir()).hasValue(Path.of("/var/bulletins"));
    assertThat(config.listeners()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "-T", "-T soon", "-S", "-f /etc/qpopper.cfg", "-y local1", "words"})
  void otherFlagsAreListed(String line) {
    assertThat(popper(line.split(" ")).leftovers()).isNotEmpty();
  }

  @Test
  void aTimeThatIsTooShortIsTheShortestThatIsTaken() {
    assertThat(popper("-T5").config().pop3().idleTimeout()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void qpoppersFileIsUnderstood() {
    var understood =
        qpopper(
            """
            # comment
            set timeout = 300
            set spool-dir = "/var/spool/mail"
            set hash-spool = 2
            set clear-text-password = local
            set tls-support = alternate-port
            set tls-server-cert-file = /etc/mail/certs/cert.pem
            set statistics
            reset update-status-headers
            set announce-login-delay = 60
            set announce-expire = never
            set shy = true
            set log-facility = local1
            """);
    var config = understood.config();
    assertThat(config.mail().spool()).hasToString("/var/spool/mail/{hash2}/{user}");
    assertThat(config.auth().cleartext()).isEqualTo(AuthConfig.Cleartext.LOOPBACK);
    assertThat(config.tls().key()).hasValue(Path.of("/etc/mail/certs/cert.pem"));
    assertThat(config.listeners()).hasSize(1).allMatch(l -> l.bind().port() == 995);
    assertThat(config.log().statistics()).isEqualTo(LogConfig.Statistics.ON);
    assertThat(config.mbox().writeFlags()).isFalse();
    assertThat(config.pop3().loginDelay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.pop3().shy()).isTrue();
    assertThat(config.log().syslog()).hasValue(LogConfig.Facility.LOCAL1);
    assertThat(understood.leftovers()).singleElement().asString().startsWith("unique-ids");
  }

  @ParameterizedTest
  @CsvSource({
    "home-dir-mail,.mail,'{home}/.mail'",
    "hash-spool,1,'/var/mail/{hash1}/{user}'",
    "spool-dir,/mail,'/mail/{user}'"
  })
  void qpoppersSpoolsAreFound(String name, String value, String spool) {
    assertThat(qpopper("set " + name + " = " + value).config().mail().spool()).hasToString(spool);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set server-mode",
        "set fast-update = true",
        "set user-options = true",
        "set drac-host = localhost",
        "set no-such-thing = 1",
        "not a line of it"
      })
  void whatQpopperHadAndWeHaveNotIsListed(String line) {
    assertThat(qpopper(line).leftovers()).hasSize(2);
  }

  @Test
  void uwIsWhatWasCompiled() {
    var config = Understood.of(UwImport.of(List.of(), "/etc/c-client.cf", "")).config();
    assertThat(config.folders().children()).isEqualTo(FoldersConfig.Children.NONE);
    assertThat(config.folders().diskEncoding()).isEqualTo(FoldersConfig.DiskEncoding.MUTF7);
    assertThat(config.pop3().uidlFormat()).isEqualTo("%08x{uidvalidity}%08x{uid}");
    assertThat(config.listeners()).hasSize(3);
    assertThat(config.tls().certificate()).isEmpty();
  }

  @Test
  void uwsCertificateAndSettingsCount() {
    var understood =
        Understood.of(
            UwImport.of(
                List.of("/etc/ssl/certs/imapd.pem"),
                "/etc/c-client.cf",
                """
                I accept the risk
                set mail-subdirectory Mail
                set disable-plaintext 1
                set new-folder-format same-as-inbox
                """));
    assertThat(understood.config().mail().folders()).hasToString("{home}/Mail");
    assertThat(understood.config().auth().cleartext()).isEqualTo(AuthConfig.Cleartext.LOOPBACK);
    assertThat(understood.config().listeners()).hasSize(5);
    assertThat(understood.leftovers())
        .anyMatch(one -> one.startsWith("new-folder-format, /etc/c-client.cf:4: "));
  }

  @Test
  void uwIgnoresSettingsThatNobodyTookTheRiskFor() {
    var understood = Understood.of(UwImport.of(List.of(), "/c", "set mail-subdirectory Mail\n"));
    assertThat(understood.config().mail().folders()).hasToString("{home}/mail");
    assertThat(understood.leftovers()).anyMatch(one -> one.startsWith("/c: "));
  }
}
