package org.popinjay.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.FoldersConfig;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.LogConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.server.migrate.DovecotImport.SourceFile;

class DovecotImportTest {

  /// As Debian's package has it, in a few lines.
  private static final String DEBIAN =
      """
      !include_try /usr/share/dovecot/protocols.d/*.protocol
      dict {
        #quota = mysql:/etc/dovecot/dovecot-dict-sql.conf.ext
      }
      !include conf.d/*.conf
      !include_try local.conf
      """;

  private static final String DEBIAN_PARTS =
      """
      #disable_plaintext_auth = yes
      auth_mechanisms = plain
      passdb {
        driver = pam
        # [session=yes] [setcred=yes] [failure_show_msg=yes] [max_requests=<n>]
        #args = dovecot
      }
      userdb {
        driver = passwd
      }
      mail_location = mbox:~/mail:INBOX=/var/mail/%u
      namespace inbox {
        inbox = yes
        mailbox Drafts {
          special_use = \\Drafts
        }
        mailbox "Sent Messages" {
          special_use = \\Sent
        }
      }
      mail_privileged_group = mail
      service imap-login {
        inet_listener imap {
          #port = 143
        }
      }
      service auth {
        unix_listener auth-userdb {
        }
      }
      ssl = yes
      ssl_cert = </etc/dovecot/private/dovecot.pem
      ssl_key = </etc/dovecot/private/dovecot.key
      protocol imap {
        mail_max_userip_connections = 20 # per phone
      }
      """;

  private static Understood understood(String text) {
    return Understood.of(
        DovecotImport.of(new SourceFile("dovecot.conf", text), (_, _) -> List.of()));
  }

  private static PopinjayConfig config(String... lines) {
    return understood(String.join("\n", lines)).config();
  }

  @Test
  void debiansOwnSettingsAreUnderstood() {
    var understood =
        Understood.of(
            DovecotImport.of(
                new SourceFile("/etc/dovecot/dovecot.conf", DEBIAN),
                (from, pattern) -> {
                  assertThat(from).isEqualTo("/etc/dovecot/dovecot.conf");
                  return pattern.equals("conf.d/*.conf")
                      ? List.of(new SourceFile("10-all.conf", DEBIAN_PARTS))
                      : List.of();
                }));
    var config = understood.config();
    assertThat(understood.leftovers()).isEmpty();
    assertThat(config.mail().spool()).hasToString("/var/mail/{user}");
    assertThat(config.mail().folders()).hasToString("{home}/mail");
    assertThat(config.mail().spoolGroup()).isEqualTo("mail");
    assertThat(config.users()).hasToString(pam());
    assertThat(config.tls().certificate()).hasValue(path("/etc/dovecot/private/dovecot.pem"));
    assertThat(config.tls().key()).hasValue(path("/etc/dovecot/private/dovecot.key"));
    assertThat(config.listeners())
        .extracting(l -> l.protocol() + " " + l.bind() + " " + l.tls())
        .containsExactly(
            "imap *:143 none", "imap *:993 implicit", "pop3 *:110 none", "pop3 *:995 implicit");
    assertThat(config.folders().diskEncoding()).isEqualTo(FoldersConfig.DiskEncoding.MUTF7);
    assertThat(config.folders().specialUse().keySet())
        .containsExactlyInAnyOrder("Drafts", "Sent Messages");
    assertThat(config.limits().connectionsPerUserAddress()).isEqualTo(20);
  }

  private static String pam() {
    return config("passdb pam {", "}").users().toString();
  }

  private static java.nio.file.Path path(String text) {
    return java.nio.file.Path.of(text);
  }

  @Test
  void locksAndTimesAreTaken() {
    var mail =
        config(
                "mbox_read_locks = fcntl",
                "mbox_write_locks = dotlock_try fcntl",
                "mbox_lock_timeout = 2 mins",
                "mbox_dotlock_change_timeout = 180 secs")
            .mail();
    assertThat(mail.locks().read()).hasToString("[fcntl]");
    assertThat(mail.locks().write()).hasToString("[dotlock, fcntl]");
    assertThat(mail.locks().timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(mail.locks().staleDotlock()).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void theNamesOfVersionTwoPointFourAreKnown() {
    var config =
        config(
            "dovecot_config_version = 2.4.0",
            "mail_driver = mbox",
            "mail_path = ~/Mail",
            "mail_inbox_path = /srv/mail/%{user | domain}/%{user | username}",
            "mailbox_list_utf8 = yes",
            "ssl_server_cert_file = /etc/ssl/mail.pem",
            "ssl_server_key_file = /etc/ssl/mail.key",
            "ssl_min_protocol = TLSv1.3",
            "auth_allow_cleartext = yes",
            "passdb passwd-file {",
            "  passwd_file_path = /etc/dovecot/users",
            "}",
            "protocols {",
            "  imap = yes",
            "  pop3 = no",
            "}");
    assertThat(config.mail().folders()).hasToString("{home}/Mail");
    assertThat(config.mail().spool()).hasToString("/srv/mail/{domain}/{local}");
    assertThat(config.folders().diskEncoding()).isEqualTo(FoldersConfig.DiskEncoding.UTF8);
    assertThat(config.tls().minVersion()).hasToString("1.3");
    assertThat(config.auth().cleartext()).isEqualTo(AuthConfig.Cleartext.ALWAYS);
    assertThat(config.users().toString()).contains("/etc/dovecot/users");
    assertThat(config.listeners())
        .extracting(ListenerConfig::protocol)
        .containsOnly(ListenerConfig.Protocol.IMAP);
  }

  @ParameterizedTest
  @CsvSource({
    "mail_location = mbox:~/mail:INBOX=/var/mail/%u, {home}/mail/.imap/INBOX",
    "mail_location = mbox:~/Mail/:INBOX=/var/mail/%u, {home}/Mail/.imap/INBOX",
    "mail_location = mbox:~/m:INBOX=/v/%u:INDEX=/var/index/%u, /var/index/{user}/.imap/INBOX",
    "mail_location = mbox:~/m:INDEX=/var/index/%u:INBOX=/v/%u, /var/index/{user}/.imap/INBOX",
    "mail_location = mbox:~/mail:INBOX=/v/%u:INDEX=MEMORY, {home}/mail/.imap/INBOX",
    "mail_index_path = /var/index/%{user}, /var/index/{user}/.imap/INBOX",
  })
  void whereDovecotKeptItsIndexesIsTaken(String line, String index) {
    assertThat(config(line).mbox().dovecotIndex()).hasToString(index);
  }

  @Test
  void socketsAreThoseOfTheLoginServices() {
    var understood =
        understood(
            """
            listen = 192.0.2.1, 2001:db8::1
            haproxy_trusted_networks = 198.51.100.0/24
            protocols = imap lmtp
            ssl_cert = </c.pem
            ssl_key = </k.pem
            service imap-login {
              inet_listener imap {
                port = 0
              }
              inet_listener imaps {
                port = 1993
                haproxy = yes
              }
              process_limit = 400
            }
            """);
    assertThat(understood.config().listeners())
        .extracting(l -> l.protocol() + " " + l.bind() + " " + l.tls() + " " + l.proxyProtocol())
        .containsExactly(
            "imap 192.0.2.1:1993 implicit [198.51.100.0/24]",
            "imap [2001:db8::1]:1993 implicit [198.51.100.0/24]");
    assertThat(understood.leftovers())
        .anyMatch(one -> one.startsWith("protocols, dovecot.conf:3: lmtp: "))
        .anyMatch(one -> one.startsWith("imap-login: process_limit, "))
        .hasSize(2);
  }

  @Test
  void syslogIsTaken() {
    assertThat(config("log_path = syslog").log().syslog()).hasValue(LogConfig.Facility.MAIL);
    assertThat(config("log_path = syslog", "syslog_facility = local5").log().syslog())
        .hasValue(LogConfig.Facility.LOCAL5);
    assertThat(config("log_path = /var/log/x.log").log().file()).hasValue(path("/var/log/x.log"));
  }

  @Test
  void signInIsTaken() {
    var understood =
        understood(
            """
            ssl = no
            disable_plaintext_auth = no
            login_trusted_networks = 10.0.0.0/8 192.0.2.7
            auth_mechanisms = plain login scram-sha-256 gssapi
            auth_failure_delay = 3 secs
            first_valid_uid = 500
            passdb {
              driver = shadow
            }
            passdb {
              driver = sql
              args = /etc/dovecot/sql.conf
            }
            """);
    var auth = understood.config().auth();
    assertThat(auth.cleartext()).isEqualTo(AuthConfig.Cleartext.ALWAYS);
    assertThat(auth.cleartextNetworks()).hasSize(2);
    assertThat(auth.mechanisms()).hasToString("[PLAIN, LOGIN, SCRAM-SHA-256]");
    assertThat(auth.failureDelay()).isEqualTo(Duration.ofSeconds(3));
    assertThat(understood.config().users().toString()).contains("500");
    assertThat(understood.leftovers())
        .anyMatch(one -> one.contains(": gssapi: "))
        .anyMatch(one -> one.startsWith("passdb sql, dovecot.conf:10: "))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "%08Xu%08Xv,popinjay",
    "%v.%u,{uidvalidity}.{uid}",
    "%m,{md5-dovecot}",
    "%Xv%Xu,%x{uidvalidity}%x{uid}"
  })
  void uniqueIdsKeepTheirForm(String dovecot, String ours) {
    assertThat(config("pop3_uidl_format = " + dovecot).pop3().uidlFormat()).isEqualTo(ours);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail_location = maildir:~/Maildir",
        "mail_location = mbox:/srv/%Lu",
        "pop3_uidl_format = %f",
        "ssl_min_protocol = TLSv1",
        "namespace inbox {\n prefix = mail/\n}",
        "namespace {\n type = public\n}",
        "plugin {\n quota = fs:User quota\n}",
        "ssl_cert = </c.pem",
        "mail_home = /srv/%{user",
        "syslog_facility = uucp",
        "what is this",
        "nonsense = 1",
        "!include gone.conf"
      })
  void whatHasNoCounterpartIsListed(String line) {
    assertThat(understood(line).leftovers()).isNotEmpty().allMatch(one -> one.indexOf(": ") > 0);
  }

  @Test
  void valuesMayBeQuotedContinuedAndBuiltOnOthers() {
    var config =
        config(
            "protocols = \" imap pop3\"",
            "listen = 127.0.0.1",
            "listen = $listen \\",
            "   192.0.2.1",
            "hostname = \"mail.example.org\" # not \"this\"");
    assertThat(config.listeners()).hasSize(4);
    assertThat(config.host()).hasValue("mail.example.org");
  }

  @Test
  void anIncludeThatIncludesItselfComesToAnEnd() {
    var file = new SourceFile("loop.conf", "hostname = h.example\n!include loop.conf\n");
    var translation =
        DovecotImport.of(file, (_, _) -> List.of(new SourceFile("loop.conf", file.text())));
    assertThat(Understood.of(translation).config().host()).hasValue("h.example");
  }

  @Property(tries = 300)
  void noTextMakesItFailOrPrintWhatCannotBeRead(@ForAll String text) {
    Understood.of(
        DovecotImport.of(
            new SourceFile("x", "plugin {\n" + text + "\n}\nhostname = a\n"), (_, _) -> List.of()));
  }
}
