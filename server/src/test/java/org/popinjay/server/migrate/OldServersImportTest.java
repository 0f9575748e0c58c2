package org.popinjay.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  /// Every option of qpopper 4 becomes a setting, or is listed with what to do.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "announce-expire          | 30          | expire: 30d",
        "announce-login-delay     | 180         | loginDelay: 180s",
        "auth-file                | /etc/allow  | allowUsers: \"/etc/allow\"",
        "auto-delete              | true        | autoDelete: true",
        "bulldb-max-tries         | 75          |",
        "bulldb-nonfatal          | true        |",
        "bulldir                  | /bulletins  | dir: \"/bulletins\"",
        "cache-dir                | /var/cache  |",
        "cache-name               | .cache      |",
        "check-hash-dir           | true        |",
        "check-old-spool-loc      | true        |",
        "check-password-expired   | true        | system: { checkPasswordExpired: true }",
        "check-password-expired   | false       | system: { checkPasswordExpired: false }",
        "chunky-writes            | never       |",
        "clear-text-password      | never       | cleartext: never",
        "clear-text-password      | tls         | cleartext: never",
        "clear-text-password      | TLS         | cleartext: never",
        "clear-text-password      | SSL         | cleartext: never",
        "clear-text-password      | local       | cleartext: loopback",
        "clear-text-password      | always      | cleartext: always",
        "config-file              | /etc/more   |",
        "debug                    | true        | level: debug",
        "downcase-user            | true        | downcaseUser: true",
        "drac-host                | localhost   |",
        "fast-update              | true        |",
        "group-bulletins          | true        | groups: true",
        "group-no-server-mode     | staff       |",
        "group-server-mode        | staff       |",
        "hash-spool               | 1           | {hash1}/{user}",
        "hash-spool               | 2           | {hash2}/{user}",
        "home-dir-mail            | .mail       | spool: \"{home}/.mail\"",
        "home-dir-misc            | true        |",
        "keep-temp-drop           | true        |",
        "kerberos                 | true        |",
        "kerberos-service         | rcmd        |",
        "log-facility             | local1      | syslog: local1",
        "log-login                | %0          |",
        "mail-command             | /bin/mail   |",
        "mail-lock-check          | 5           |",
        "max-bulletins            | 3           | newUserCount: 3",
        "no-atomic-open           | true        |",
        "nonauth-file             | /etc/deny   | denyUsers: \"/etc/deny\"",
        "old-style-uid            | true        |",
        "reverse-lookup           | false       | reverse: off",
        "scram                    | true        |",
        "server-mode              | true        |",
        "shy                      | true        | shy: true",
        "spool-dir                | /mail       | spool: \"/mail/{user}\"",
        "spool-name               | .mail       |",
        "spool-options            | true        |",
        "statistics               | true        | statistics: true",
        "temp-dir                 | /tmp        |",
        "temp-name                | .pop        |",
        "timeout                  | 120         | idleTimeout: 120s",
        "timing                   | true        |",
        "tls-cipher-list          | HIGH        |",
        "tls-identity-file        | /etc/id.pem | certificate: \"/etc/id.pem\"",
        "tls-options              | 1           |",
        "tls-passphrase           | secret      |",
        "tls-passphrase-file      | /etc/pass   | keyPasswordFile: \"/etc/pass\"",
        "tls-server-cert-file     | /etc/c.pem  | certificate: \"/etc/c.pem\"",
        "tls-version              | default     |",
        "tls-workarounds          | true        |",
        "tracefile                | /tmp/trace  | traceFile: \"/tmp/trace\"",
        "trim-domain              | true        | trimDomain: true",
        "update-on-abort          | true        |",
        "update-status-headers    | false       | writeFlags: false",
        "user-options             | true        |",
        "UW-kludge                | true        |"
      })
  void everyOptionOfQpopperIsTakenOrListed(String name, String value, @Nullable String ours) {
    var translation = QpopperImport.of("q.cfg", "set " + name + " = " + value);
    var listed = translation.leftovers().stream().map(Object::toString).toList();
    if (ours != null) {
      assertThat(translation.yaml()).contains(ours);
      assertThat(listed).noneMatch(one -> one.startsWith(name));
    } else {
      assertThat(listed)
          .anyMatch(one -> one.startsWith(name + ", q.cfg:1"))
          .noneMatch(one -> one.contains("not known to this import"));
    }
  }

  @Test
  void qpoppersDefaultSparesThoseWhoHaveASecret() {
    var understood = qpopper("set clear-text-password = default");
    var auth = understood.config().auth();
    assertThat(auth.cleartext()).isEqualTo(AuthConfig.Cleartext.WITHOUT_SECRET);
    assertThat(auth.mechanisms()).contains(AuthConfig.Mechanism.APOP);
    assertThat(understood.leftovers()).anyMatch(one -> one.contains("popauth"));
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
