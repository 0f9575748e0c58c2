package org.popinjay.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.LogConfig;
import org.popinjay.config.XtndConfig;

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
    assertThat(config.log().syslog()).hasValue(LogConfig.Facility.LOCAL0);
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
            set announce-expire = 30
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
        "drac-host                | localhost   | signInFile: \"/var/log/popinjay/sign-ins\"",
        "fast-update              | true        |",
        "group-bulletins          | true        | groups: true",
        "group-no-server-mode     | staff       |",
        "group-server-mode        | staff       |",
        "hash-spool               | 1           | {hash1}/{user}",
        "hash-spool               | 2           | {hash2}/{user}",
        "home-dir-mail            | .mail       | spool: \"{home}/.mail\"",
        "keep-temp-drop           | true        |",
        "kerberos                 | true        |",
        "kerberos-service         | rcmd        |",
        "log-facility             | local1      | syslog: local1",
        "log-login                | %0          |",
        "mail-command             | mail        |",
        "mail-lock-check          | 5           |",
        "max-bulletins            | 3           | newUserCount: 3",
        "no-atomic-open           | true        |",
        "nonauth-file             | /etc/deny   | denyUsers: \"/etc/deny\"",
        "old-style-uid            | true        |",
        "reverse-lookup           | false       | reverse: off",
        "server-mode              | true        |",
        "shy                      | true        | shy: true",
        "spool-dir                | /mail       | spool: \"/mail/{user}\"",
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
        "tls-private-key-file     | /etc/k.pem  |",
        "tls-server-cert-file     | /etc/c.pem  | certificate: \"/etc/c.pem\"",
        "tls-support              | stls        |",
        "tls-version              | default     |",
        "tls-workarounds          | true        |",
        "tracefile                | /tmp/trace  | traceFile: \"/tmp/trace\"",
        "trim-domain              | true        | trimDomain: true",
        "update-on-abort          | true        |",
        "update-status-headers    | false       | writeFlags: false",
        "user-options             | true        |",
        "UW-kludge                | true        |",
        "UW-kluge                 | true        |"
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
  void theImportHasWordsForEachNameOfQpoppersTable() {
    assertThat(QpopperOption.all())
        .hasSize(61)
        .allSatisfy(option -> {
          var value =
              switch (option.kind()) {
                case TRUTH -> "true";
                case NUMBER -> "1";
                case WORD -> option.words().getFirst();
                case TEXT -> "/x";
              };
          var translation =
              QpopperImport.of(
                  "q.cfg", "SET " + option.name().toUpperCase(Locale.ROOT) + " = " + value);
          assertThat(translation.leftovers())
              .noneMatch(one -> one.hint().contains("by hand") || one.hint().contains("not known"));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "set downcase-user = TRUE              | downcaseUser: true",
        "SET Downcase-User=true                | downcaseUser: true",
        "\tset\tdowncase-user\t=\t1            | downcaseUser: true",
        "set downcase-user = 0x1               | downcaseUser: true",
        "set downcase-user # as before         | downcaseUser: true",
        "reset downcase-user                   | downcaseUser: false",
        "reset downcase-user = true            | downcaseUser: true",
        "set downcase-user = 0                 | downcaseUser: false",
        "set statistics = true # x             | statistics: true",
        "set statistics = False# x             | statistics: false",
        "set bulldir = \"/b\" # x               | dir: \"/b\"",
        "set bulldir = '/b c'                  | dir: \"/b c\"",
        "set bulldir = `/b#c`                  | dir: \"/b#c\"",
        "set bulldir = /b#c                    | dir: \"/b#c\"",
        "set bulldir = /b # c                  | dir: \"/b\"",
        "set timeout = 0x78                    | idleTimeout: 120s",
        "set timeout = 0170                    | idleTimeout: 120s",
        "set timeout = 120s                    | idleTimeout: 120s",
        "set clear-text-password = TLS         | cleartext: never",
        "set log-facility = LOCAL3             | syslog: local3"
      })
  void linesAreReadAsQpopperReadsThem(String line, String ours) {
    var translation = QpopperImport.of("q.cfg", line);
    assertThat(translation.yaml()).contains(ours);
    assertThat(translation.leftovers()).singleElement().asString().startsWith("unique-ids");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set shy = yes",
        "set shy = 2",
        "set shy = \"true\"",
        "set shy = true true",
        "set shy true",
        "set shy =",
        "set timeout",
        "set timeout = never",
        "set timeout = -1",
        "set timeout = 99999999999",
        "set log-facility = local8",
        "set bulldir = \"/b\" c",
        "set bulldir /b",
        "set bulldir =",
        "reset bulldir",
        "set",
        "unset shy",
        "= 3"
      })
  void whatQpopperDoesNotUnderstandIsListedAndSetsNothing(String line) {
    var translation = QpopperImport.of("q.cfg", "# first\n\n" + line);
    assertThat(translation.yaml()).isEqualTo(QpopperImport.of("q.cfg", "").yaml());
    assertThat(translation.leftovers()).hasSize(2).anyMatch(one -> one.what().endsWith("q.cfg:3"));
  }

  @Property
  void noLineOfQpoppersFileThrows(@ForAll @CharRange(to = '~') String text) {
    assertThat(QpopperImport.of("q.cfg", "set bulldir = " + text).print()).isNotEmpty();
    assertThat(QpopperImport.of("q.cfg", "set " + text).print()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "set temp-dir = /var/pop                            | /var/pop/.USER.pop",
        "set temp-name = %s.drop                            | /var/mail/USER.drop",
        "set hash-spool = 1;set temp-dir = /p               | /p/{hash1}/.USER.pop",
        "set home-dir-mail = .mail                          | /var/mail/.USER.pop",
        "set home-dir-mail = .mail;set spool-dir = /old     | /old/.USER.pop"
      })
  void mailThatNobodyWouldLookForIsToldOf(String lines, String where) {
    assertThat(qpopper(lines.replace(';', '\n')).leftovers())
        .anyMatch(one -> one.contains("BEFORE THE FIRST START") && one.contains(" " + where));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set temp-dir = /var/mail/",
        "set hash-spool = 2",
        "set spool-dir = /mail",
        "set spool-dir = /mail;set hash-spool = 2;set temp-dir = /mail"
      })
  void mailThatIsLookedForWhereQpopperLeftItTakesNoHand(String lines) {
    assertThat(qpopper(lines.replace(';', '\n')).leftovers())
        .noneMatch(one -> one.contains("BEFORE THE FIRST START"));
  }

  @Test
  void qpoppersMailCommandGetsTheArgumentsThatItHad() {
    var understood = qpopper("set mail-command = /opt/sendmail");
    assertThat(understood.config().xtnd().xmit().command())
        .startsWith("/opt/sendmail", "-t")
        .contains("-oem");
    assertThat(understood.config().xtnd().xmit().enabled()).isFalse();
    assertThat(understood.leftovers()).anyMatch(one -> one.contains("xtnd.xmit.enabled"));
  }

  @Test
  void aMailCommandWithArgumentsIsNoProgram() {
    var understood = qpopper("set mail-command = \"/usr/lib/sendmail -t -oi\"");
    assertThat(understood.config().xtnd().xmit()).isEqualTo(XtndConfig.DEFAULTS.xmit());
    assertThat(understood.leftovers()).anyMatch(one -> one.startsWith("mail-command"));
  }

  @Test
  void aKeyWithoutItsCertificateIsToldOf() {
    assertThat(qpopper("set tls-private-key-file = /k\nset tls-support = STLS").leftovers())
        .anyMatch(one -> one.startsWith("tls-support, qpopper.cfg:2: there is no certificate"));
  }

  @ParameterizedTest
  @CsvSource({"0,ALWAYS", "nil,ALWAYS", "1,LOOPBACK", "2,LOOPBACK", "007,LOOPBACK"})
  void uwsNumbersAreReadAsItReadsThem(String value, AuthConfig.Cleartext ours) {
    var text = "I accept the risk\nSET Disable-Plaintext " + value;
    var understood = Understood.of(UwImport.of(List.of(), "/c", text));
    assertThat(understood.config().auth().cleartext()).isEqualTo(ours);
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
