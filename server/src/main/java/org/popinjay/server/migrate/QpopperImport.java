package org.popinjay.server.migrate;

import java.util.List;
import java.util.Map;
import org.popinjay.server.migrate.QpopperLine.SetLine;
import org.popinjay.server.migrate.QpopperLine.Unread;

/// Says the settings file of qpopper in ours.
public final class QpopperImport {
  private static final String IN_PLACE = "not needed: a maildrop is never copied";
  private static final String TLS = "not needed: suites and versions are those of RFC 9325";
  private static final String KERBEROS = "there is no Kerberos";
  private static final String OWN_INDEX = "not needed: the index lies in mail.state";
  private static final String OWN_DATA =
      "not needed: the message of UW's own data is always hidden";
  private static final String USER_FILES =
      "refused on purpose: a server reads no settings that users write";

  private static final Map<String, String> HINTS =
      Map.ofEntries(
          Map.entry("bulldb-max-tries", "not needed: who saw which bulletin is in mail.state"),
          Map.entry("bulldb-nonfatal", "not needed: who saw which bulletin is in mail.state"),
          Map.entry("cache-dir", OWN_INDEX),
          Map.entry("cache-name", OWN_INDEX),
          Map.entry("check-hash-dir", "not needed"),
          Map.entry("check-old-spool-loc", "move the spools once, while no server runs"),
          Map.entry("chunky-writes", "not needed: answers are sent in pieces that fit"),
          Map.entry("config-file", "import that file, too"),
          Map.entry("fast-update", "refused on purpose: a spool is never replaced by rename"),
          Map.entry("group-no-server-mode", IN_PLACE),
          Map.entry("group-server-mode", IN_PLACE),
          Map.entry("keep-temp-drop", IN_PLACE),
          Map.entry("kerberos", KERBEROS),
          Map.entry("kerberos-service", KERBEROS),
          Map.entry("log-login", "docs/logging.md has the line of a session"),
          Map.entry("mail-lock-check", "not needed: a dotlock is refreshed every 15 s"),
          Map.entry("no-atomic-open", "not needed: dotlocks are made by link(2), also on NFS"),
          Map.entry(
              "old-style-uid",
              "popinjay mbox adopt --from qpopper keeps them; see docs/migration.md"),
          Map.entry("server-mode", IN_PLACE),
          Map.entry("spool-options", USER_FILES),
          Map.entry("timing", "docs/metrics.md has the times of commands"),
          Map.entry("tls-cipher-list", TLS),
          Map.entry("tls-options", TLS),
          Map.entry("tls-passphrase", "tls.keyPasswordFile names a file that holds it"),
          Map.entry("tls-version", TLS),
          Map.entry("tls-workarounds", TLS),
          Map.entry("update-on-abort", "refused on purpose: only QUIT deletes (RFC 1939)"),
          Map.entry("user-options", USER_FILES),
          Map.entry("UW-kludge", OWN_DATA),
          Map.entry("UW-kluge", OWN_DATA));

  private final SettingsText ours = new SettingsText();
  private final QpopperSpools spools = new QpopperSpools();
  private String certificate = "";
  private String key = "";
  private String certificateFrom = "";
  private String tlsSupport = "";
  private String tlsFrom = "";

  private QpopperImport() {}

  /// Says them.
  ///
  /// @param name what messages call the file
  public static Translation of(String name, String text) {
    var qpopper = new QpopperImport();
    for (var line : QpopperLine.read(name, text)) {
      switch (line) {
        case Unread(var why) -> qpopper.ours.miss(why.what(), why.hint());
        case SetLine set -> {
          if (!qpopper.take(set)) {
            qpopper.ours.miss(from(set), HINTS.getOrDefault(set.name(), "set it by hand"));
          }
        }
      }
    }
    qpopper.end();
    return qpopper.ours.translation("qpopper in " + name);
  }

  private static String from(SetLine line) {
    return line.name() + ", " + line.place();
  }

  private static boolean on(SetLine line) {
    return line.value().equals("true");
  }

  private boolean take(SetLine line) {
    return session(line) || place(line) || log(line) || tls(line);
  }

  private boolean session(SetLine line) {
    var value = line.value();
    switch (line.name()) {
      case "timeout" -> PopperImport.timeout(ours, value, from(line));
      case "announce-login-delay" -> ours.word("pop3.loginDelay", value + "s", from(line));
      case "announce-expire" -> ours.word("pop3.expire", value + "d", from(line));
      case "auto-delete" -> autoDelete(line);
      case "trim-domain" -> ours.word("auth.trimDomain", String.valueOf(on(line)), from(line));
      case "downcase-user" -> ours.word("auth.downcaseUser", String.valueOf(on(line)), from(line));
      case "auth-file" -> ours.text("auth.allowUsers", line.value(), from(line));
      case "nonauth-file" -> ours.text("auth.denyUsers", line.value(), from(line));
      case "reverse-lookup" -> ours.word("dns.reverse", on(line) ? "warn" : "off", from(line));
      case "shy" -> ours.word("pop3.shy", String.valueOf(on(line)), from(line));
      case "update-status-headers" ->
          ours.word("mbox.writeFlags", String.valueOf(on(line)), from(line));
      case "check-password-expired" ->
          ours.item("users", "system: { checkPasswordExpired: " + on(line) + " }", from(line));
      case "clear-text-password" -> cleartext(line);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Nothing may be left then: EXPIRE 0.
  private void autoDelete(SetLine line) {
    ours.word("pop3.autoDelete", String.valueOf(on(line)), from(line));
    if (on(line)) {
      ours.word("pop3.expire", "0d", from(line));
    }
  }

  /// qpopper's words; it knows `SSL` for `TLS`.
  private void cleartext(SetLine line) {
    switch (line.value()) {
      case "never", "tls", "ssl" -> ours.word("auth.cleartext", "never", from(line));
      case "local" -> ours.word("auth.cleartext", "loopback", from(line));
      case "always" -> ours.word("auth.cleartext", "always", from(line));
      case "default" -> {
        ours.word("auth.cleartext", "withoutSecret", from(line));
        ours.list(
            "auth.mechanisms", List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "APOP"), from(line));
        ours.miss(
            from(line) + ": secrets of popauth",
            "write them into a users file as name:{PLAIN}secret, which is asked before the system");
      }
      default -> ours.miss(from(line) + ": " + line.value(), "auth.cleartext says where");
    }
  }

  private boolean place(SetLine line) {
    switch (line.name()) {
      case "group-bulletins" -> ours.word("bulletins.groups", String.valueOf(on(line)), from(line));
      case "max-bulletins" -> ours.word("bulletins.newUserCount", line.value(), from(line));
      case "bulldir" -> ours.text("bulletins.dir", line.value(), from(line));
      case "spool-dir", "hash-spool", "home-dir-mail", "temp-dir", "temp-name" -> spools.take(line);
      case "mail-command" -> mailCommand(line);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// qpopper gives it two arguments; ours say in addition who sends.
  private void mailCommand(SetLine line) {
    if (line.value().indexOf(' ') >= 0) {
      ours.miss(
          from(line),
          "qpopper takes a path without arguments, and so would look for a program of that name;"
              + " xtnd.xmit.command has a word for each argument");
    } else if (line.value().startsWith("/")) {
      ours.list(
          "xtnd.xmit.command",
          List.of(line.value(), "-t", "-i", "-oem", "-f", "{user}@{domain}"),
          from(line));
      ours.miss(
          from(line) + ": XTND XMIT",
          "off until xtnd.xmit.enabled is set; docs/security.md says who may send then");
    } else {
      ours.miss(from(line), "xtnd.xmit.command wants an absolute path");
    }
  }

  private boolean log(SetLine line) {
    switch (line.name()) {
      case "debug" -> ours.word("log.level", on(line) ? "debug" : "info", from(line));
      case "log-facility" -> {
        ours.word("log.syslog", line.value(), from(line));
      }
      case "drac-host" -> {
        ours.text("log.signInFile", "/var/log/popinjay/sign-ins", from(line));
        ours.miss(
            "the DRAC daemon on " + line.value(),
            "nobody is called; have what admits senders follow log.signInFile, or better, senders"
                + " sign in by SMTP AUTH");
      }
      case "statistics" -> ours.word("log.statistics", String.valueOf(on(line)), from(line));
      case "tracefile" -> ours.text("log.traceFile", line.value(), from(line));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean tls(SetLine line) {
    switch (line.name()) {
      case "tls-server-cert-file", "tls-identity-file" -> {
        certificate = line.value();
        certificateFrom = from(line);
      }
      case "tls-private-key-file" -> {
        key = line.value();
        tlsFrom = from(line);
      }
      case "tls-support" -> {
        tlsSupport = line.value();
        tlsFrom = from(line);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void end() {
    spools.say(ours);
    boolean tls = !certificate.isEmpty();
    if (!tls && !tlsFrom.isEmpty()) {
      ours.miss(tlsFrom, "there is no certificate beside it: see tls.certificate and tls.key");
    }
    if (tls) {
      ours.text("tls.certificate", certificate, certificateFrom);
      ours.text("tls.key", key.isEmpty() ? certificate : key, certificateFrom);
    }
    if (tls && tlsSupport.equals("alternate-port")) {
      ours.item("listeners", "protocol: pop3, bind: \"*:995\", tls: implicit", "tls-support");
    } else {
      ours.item("listeners", "protocol: pop3, bind: \"*:110\"", "what inetd listened on");
    }
    ours.miss(
        "unique-ids (UIDL)",
        "run popinjay mbox adopt --from qpopper before the first start, and mail keeps them;"
            + " docs/migration.md");
  }
}
