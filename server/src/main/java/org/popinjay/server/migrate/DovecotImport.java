package org.popinjay.server.migrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.popinjay.config.LogConfig;
import org.popinjay.server.migrate.DovecotNode.Assignment;
import org.popinjay.server.migrate.DovecotNode.Section;
import org.popinjay.server.migrate.DovecotNode.Unread;

/// Says the settings of Dovecot 2.3 and 2.4 in ours.
public final class DovecotImport {
  private static final Set<String> MECHANISMS =
      Set.of(
          "PLAIN",
          "LOGIN",
          "SCRAM-SHA-256",
          "SCRAM-SHA-256-PLUS",
          "SCRAM-SHA-1",
          "SCRAM-SHA-1-PLUS",
          "EXTERNAL",
          "CRAM-MD5",
          "APOP",
          "ANONYMOUS");

  private final SettingsText ours = new SettingsText();
  private final DovecotListeners listeners = new DovecotListeners(ours);
  private final DovecotUsers users = new DovecotUsers(ours);
  private final Map<String, String> specialUse = new LinkedHashMap<>();
  private final List<String> autoCreate = new ArrayList<>();
  private Optional<Assignment> certificate = Optional.empty();
  private Optional<Assignment> key = Optional.empty();
  private Optional<Assignment> index = Optional.empty();
  private boolean indexSaid;
  private String utf8Names = "";
  private boolean noTls;
  private boolean mbox = true;

  /// A file.
  ///
  /// @param name as messages call it, and as includes find those beside it
  public record SourceFile(String name, String text) {}

  /// The files that an `!include` stands for.
  @FunctionalInterface
  public interface Includes {

    /// The files of a pattern, in their order; none where there are none.
    ///
    /// @param from the name of the file that asks, which a relative pattern counts from
    List<SourceFile> of(String from, String pattern);
  }

  private DovecotImport() {}

  /// Says them.
  ///
  /// @param file a settings file, or what `doveconf -n` printed
  /// @param includes the files that it includes
  public static Translation of(SourceFile file, Includes includes) {
    var nodes = DovecotSyntax.read(file, includes);
    var dovecot = new DovecotImport();
    dovecot.take(nodes);
    dovecot.end();
    return dovecot.ours.translation("Dovecot in " + file.name());
  }

  private void take(List<DovecotNode> nodes) {
    for (var node : nodes) {
      switch (node) {
        case Assignment setting -> take(setting);
        case Section section -> take(section);
        case Unread(var line, var place) -> ours.miss(line, "not understood, " + place);
      }
    }
  }

  private void take(Section section) {
    boolean known =
        switch (section.kind()) {
          case "protocol" -> protocol(section);
          case "protocols" -> protocols(section);
          case "service" -> listeners.service(section) || section.isEmpty();
          case "passdb" -> {
            users.passdb(section);
            yield true;
          }
          case "userdb" -> {
            users.userdb(section);
            yield true;
          }
          case "namespace" -> {
            namespace(section);
            yield true;
          }
          case "mailbox" -> {
            mailbox(section);
            yield true;
          }
          case "local_name" -> localName(section);
          default -> section.isEmpty();
        };
    if (!known) {
      ours.miss(
          (section.kind() + " " + section.name()).strip() + ", " + section.place(),
          DovecotHints.ofBlock(section.kind()));
    }
  }

  private boolean protocol(Section section) {
    if (Set.of("imap", "pop3").contains(section.name())) {
      take(section.nodes());
      return true;
    }
    return section.isEmpty();
  }

  private boolean protocols(Section section) {
    var names = new ArrayList<String>();
    for (var node : section.nodes()) {
      if (node instanceof Assignment(var name, var value, _) && value.equals("yes")) {
        names.add(name);
      }
    }
    listeners.protocols(String.join(" ", names), "protocols");
    return true;
  }

  private void take(Assignment setting) {
    boolean known =
        !setting.value().isEmpty()
            && (mail(setting)
                || locks(setting)
                || tls(setting)
                || signIn(setting)
                || protocols(setting)
                || log(setting));
    if (!known && !setting.value().isEmpty()) {
      ours.miss(name(setting), DovecotHints.ofSetting(setting.key()));
    }
  }

  private static String name(Assignment setting) {
    return setting.key() + ", " + setting.place();
  }

  private boolean mail(Assignment setting) {
    var value = setting.value();
    switch (setting.key()) {
      case "mail_location", "location" -> location(setting);
      case "mail_driver" -> driver(value, setting);
      case "mail_path" -> {
        path("mail.folders", value, setting);
        index(value, setting, false);
      }
      case "mail_index_path" -> index(value, setting, true);
      case "mail_inbox_path" -> path("mail.spool", value, setting);
      case "mail_privileged_group" -> ours.text("mail.spoolGroup", value, name(setting));
      case "first_valid_uid" -> users.minUid(value);
      case "mailbox_list_utf8" -> utf8Names = value;
      case "hostname" -> ours.text("host", value, name(setting));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// `mbox:~/mail:INBOX=/var/mail/%u`.
  private void location(Assignment setting) {
    var parts = setting.value().split(":", -1);
    driver(parts[0], setting);
    if (!mbox) {
      return;
    }
    if (parts.length > 1 && !parts[1].isEmpty()) {
      path("mail.folders", parts[1], setting);
      index(parts[1], setting, false);
    }
    for (int i = 2; i < parts.length; i++) {
      if (parts[i].equals("UTF-8")) {
        utf8Names = "yes";
      } else if (parts[i].startsWith("INBOX=")) {
        path("mail.spool", parts[i].substring("INBOX=".length()), setting);
      } else if (parts[i].startsWith("INDEX=")) {
        index(parts[i].substring("INDEX=".length()), setting, true);
      } else {
        ours.miss(
            name(setting) + ": " + parts[i],
            parts[i].startsWith("CONTROL=")
                ? "not needed: what the server keeps for itself lies in mail.state"
                : "mailboxes are files below mail.folders, their children in NAME.sbd beside them");
      }
    }
  }

  /// Where flags may be that are not in the spools: by default beside the folders.
  ///
  /// @param said whether a setting says so
  private void index(String value, Assignment setting, boolean said) {
    if (value.equals("MEMORY")) {
      ours.miss(name(setting) + ": INDEX=MEMORY", "there is nothing that could be taken over");
    } else if (said || !indexSaid) {
      var root = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
      index = Optional.of(new Assignment(setting.key(), root + "/.imap/INBOX", setting.place()));
      indexSaid |= said;
    }
  }

  private void driver(String driver, Assignment setting) {
    if (!driver.equals("mbox") && !driver.equals("auto")) {
      mbox = false;
      ours.miss(
          name(setting),
          "mail is kept in mbox files alone: convert it with Dovecot's own dsync first, doveadm"
              + " backup -u USER mbox:~/mail:INBOX=/var/mail/USER");
    }
  }

  private void path(String key, String value, Assignment setting) {
    if (mbox) {
      DovecotValues.path(value)
          .ifPresentOrElse(
              path -> ours.text(key, path, name(setting)),
              () ->
                  ours.miss(
                      name(setting) + ": " + value,
                      key + " knows {user}, {local}, {domain}, {home} and {uid}"));
    }
  }

  private boolean locks(Assignment setting) {
    switch (setting.key()) {
      case "mbox_read_locks" -> kinds("mail.locks.read", setting);
      case "mbox_write_locks" -> kinds("mail.locks.write", setting);
      case "mbox_lock_timeout" -> time("mail.locks.timeout", setting);
      case "mbox_dotlock_change_timeout" -> time("mail.locks.staleDotlock", setting);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void kinds(String ourKey, Assignment setting) {
    var kinds = new ArrayList<String>();
    for (var word : DovecotListeners.words(setting.value())) {
      switch (word) {
        case "dotlock", "fcntl", "flock" -> kinds.add(word);
        case "dotlock_try" -> {
          kinds.add("dotlock");
          ours.word("mbox.dotlock", "try", name(setting));
        }
        case "lockf" -> kinds.add("fcntl");
        default -> ours.miss(name(setting) + ": " + word, "dotlock, fcntl or flock");
      }
    }
    if (!kinds.isEmpty()) {
      ours.list(ourKey, kinds.stream().distinct().toList(), name(setting));
    }
  }

  private void time(String ourKey, Assignment setting) {
    DovecotValues.time(setting.value())
        .ifPresentOrElse(
            time -> ours.word(ourKey, time, name(setting)),
            () -> ours.miss(name(setting), "no time: " + setting.value()));
  }

  private boolean tls(Assignment setting) {
    var value = setting.value();
    switch (setting.key()) {
      case "ssl" -> noTls = value.equals("no");
      case "ssl_cert", "ssl_server_cert_file" -> certificate = Optional.of(setting);
      case "ssl_key", "ssl_server_key_file" -> key = Optional.of(setting);
      case "ssl_min_protocol" -> {
        var version = value.toUpperCase(Locale.ROOT);
        if (version.equals("TLSV1.2") || version.equals("TLSV1.3")) {
          ours.text("tls.minVersion", version.substring("TLSV".length()), name(setting));
        } else {
          ours.miss(name(setting) + ": " + value, "1.2 is the oldest version that is spoken");
        }
      }
      case "ssl_ca", "ssl_server_ca_file" -> ours.text("tls.clientCa", file(value), name(setting));
      case "ssl_verify_client_cert", "ssl_server_request_client_cert" -> {
        if (value.equals("yes")) {
          ours.word("tls.clientCertificates", "request", name(setting));
        }
      }
      case "auth_ssl_require_client_cert" -> {
        if (value.equals("yes")) {
          ours.word("tls.clientCertificates", "require", name(setting));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String file(String value) {
    return value.startsWith("<") ? value.substring(1).strip() : value;
  }

  private boolean localName(Section section) {
    var cert = "";
    var itsKey = "";
    for (var node : section.nodes()) {
      if (node instanceof Assignment(var name, var value, _)) {
        switch (name) {
          case "ssl_cert", "ssl_server_cert_file" -> cert = file(value);
          case "ssl_key", "ssl_server_key_file" -> itsKey = file(value);
          default ->
              ours.miss("local_name " + section.name() + ": " + name, "only certificates differ");
        }
      }
    }
    if (cert.isEmpty() || itsKey.isEmpty()) {
      return false;
    }
    ours.additional(cert, itsKey, "local_name " + section.name() + ", " + section.place());
    return true;
  }

  private boolean signIn(Assignment setting) {
    var value = setting.value();
    switch (setting.key()) {
      case "disable_plaintext_auth" ->
          ours.word("auth.cleartext", value.equals("no") ? "always" : "loopback", name(setting));
      case "auth_allow_cleartext" ->
          ours.word("auth.cleartext", value.equals("yes") ? "always" : "loopback", name(setting));
      case "login_trusted_networks" ->
          ours.list("auth.cleartextNetworks", DovecotListeners.words(value), name(setting));
      case "auth_failure_delay" -> time("auth.failureDelay", setting);
      case "auth_mechanisms" -> mechanisms(setting);
      case "auth_anonymous_username" -> ours.text("auth.anonymousUser", value, name(setting));
      case "mail_max_userip_connections" ->
          ours.word("limits.connectionsPerUserAddress", value, name(setting));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void mechanisms(Assignment setting) {
    var names = new ArrayList<String>();
    for (var word : DovecotListeners.words(setting.value())) {
      var name = word.toUpperCase(Locale.ROOT);
      if (MECHANISMS.contains(name)) {
        names.add(name);
      } else {
        ours.miss(name(setting) + ": " + word, "a mechanism that is not spoken");
      }
    }
    if (!names.isEmpty()) {
      ours.list("auth.mechanisms", names, name(setting));
    }
  }

  private boolean protocols(Assignment setting) {
    var value = setting.value();
    switch (setting.key()) {
      case "protocols" -> listeners.protocols(value, name(setting));
      case "listen" -> listeners.addresses(value);
      case "haproxy_trusted_networks" -> listeners.proxies(value);
      case "pop3_enable_last" ->
          ours.word("pop3.last", String.valueOf(value.equals("yes")), name(setting));
      case "pop3_uidl_format" ->
          DovecotValues.uniqueId(value)
              .ifPresentOrElse(
                  format -> ours.text("pop3.uidlFormat", format, name(setting)),
                  () ->
                      ours.miss(
                          name(setting) + ": " + value,
                          "unique-ids are made of UID and UIDVALIDITY; clients that leave mail on"
                              + " the server fetch it once more"));
      case "imap_max_line_length" -> ours.miss(name(setting), "limits.lineOctets, 64KiB");
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean log(Assignment setting) {
    var value = setting.value();
    switch (setting.key()) {
      case "log_path" -> {
        if (value.startsWith("/") && !value.startsWith("/dev/")) {
          ours.text("log.file", value, name(setting));
        } else if (value.equals("syslog")) {
          ours.word("log.syslog", "mail", name(setting));
        }
      }
      case "syslog_facility" -> facility(setting);
      case "mail_debug" -> {
        if (value.equals("yes")) {
          ours.word("log.level", "debug", name(setting));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void facility(Assignment setting) {
    var known = Arrays.stream(LogConfig.Facility.values()).map(LogConfig.Facility::toString);
    if (known.anyMatch(setting.value()::equals)) {
      ours.word("log.syslog", setting.value(), name(setting));
    } else {
      ours.miss(name(setting), "log.syslog: user, mail, daemon, or local0 to local7");
    }
  }

  private void namespace(Section section) {
    for (var node : section.nodes()) {
      switch (node) {
        case Section mailbox when mailbox.kind().equals("mailbox") -> mailbox(mailbox);
        case Section other -> take(other);
        case Unread(var line, var place) -> ours.miss(line, "not understood, " + place);
        case Assignment(var name, var value, var place)
            when Set.of("prefix", "separator", "type", "inbox", "list", "subscriptions", "hidden")
                .contains(name) ->
            namespace(name, value, "namespace " + section.name() + ": " + name + ", " + place);
        case Assignment setting -> take(setting);
      }
    }
  }

  private void namespace(String name, String value, String from) {
    switch (name) {
      case "prefix" -> {
        if (!value.isEmpty()) {
          ours.miss(from, "names have no prefix: let clients forget their IMAP server directory");
        }
      }
      case "separator" -> {
        if (!value.isEmpty() && !value.equals("/")) {
          ours.miss(from, "levels of names are separated by /; clients ask for that");
        }
      }
      case "type" -> {
        if (!value.equals("private")) {
          ours.miss(from, "there are no mailboxes of others");
        }
      }
      default -> {}
    }
  }

  private void mailbox(Section section) {
    for (var node : section.nodes()) {
      if (node instanceof Assignment(var name, var value, _)) {
        if (name.equals("special_use")) {
          for (var use : DovecotListeners.words(value)) {
            specialUse(section, use);
          }
        } else if (name.equals("auto") && !value.equals("no")) {
          autoCreate.add(section.name());
        }
      }
    }
  }

  /// One mailbox a use, the first that has it.
  private void specialUse(Section section, String use) {
    if (!Set.of("\\Archive", "\\Drafts", "\\Junk", "\\Sent", "\\Trash").contains(use)) {
      ours.miss("mailbox " + section.name() + ": " + use, "a use that is not announced");
    } else if (specialUse.containsValue(use)) {
      ours.miss("mailbox " + section.name() + ": " + use, "another mailbox has that use already");
    } else {
      specialUse.put(section.name(), use);
    }
  }

  private void end() {
    boolean tls = !noTls && certificate.isPresent() && key.isPresent();
    if (tls) {
      ours.text(
          "tls.certificate",
          file(certificate.orElseThrow().value()),
          name(certificate.orElseThrow()));
      ours.text("tls.key", file(key.orElseThrow().value()), name(key.orElseThrow()));
    } else if (!noTls && (certificate.isPresent() || key.isPresent())) {
      ours.miss(
          "ssl_cert, ssl_key",
          "tls.certificate and tls.key need a file each; doveconf -nP shows what doveconf -n"
              + " hides");
    }
    listeners.write(tls, !noTls);
    users.write();
    index
        .filter(at -> !at.value().equals("~/mail/.imap/INBOX"))
        .ifPresent(at -> path("mbox.dovecotIndex", at.value(), at));
    if (mbox) {
      ours.word(
          "folders.diskEncoding",
          utf8Names.equals("yes") ? "utf8" : "mutf7",
          "how Dovecot writes names of mailboxes");
    }
    if (!specialUse.isEmpty()) {
      ours.map("folders.specialUse", specialUse, "mailbox ... special_use");
    }
    if (!autoCreate.isEmpty()) {
      ours.list("folders.autoCreate", autoCreate.stream().distinct().toList(), "mailbox ... auto");
    }
  }
}
