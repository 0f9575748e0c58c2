package org.popinjay.server.migrate;

import java.util.List;
import java.util.Map;
import org.popinjay.server.migrate.SetLines.SetLine;

/// Says in our settings what UW imapd, ipop3d and ipop2d do as they are compiled, and what their
/// one settings file changes.
public final class UwImport {
  private static final String COMPILED = "compiled into UW imapd";
  private static final String ACCEPTANCE = "I accept the risk";

  private static final Map<String, String> HINTS =
      Map.ofEntries(
          Map.entry("black-box-directory", "give its folders by mail.folders: DIR/{user}"),
          Map.entry("new-folder-format", "every mailbox is an mbox file"),
          Map.entry("empty-folder-format", "every mailbox is an mbox file"),
          Map.entry("from-widget", "not needed: lines like separators are escaped where they are"),
          Map.entry("local-host", "set host"),
          Map.entry("system-inbox", "mail.spool says where spools lie"),
          Map.entry("lock-timeout", "mail.locks.timeout, 30s"),
          Map.entry("keywords", "clients name keywords; those of the spools are kept"),
          Map.entry("restrict-mailbox-access", "not needed: only mail.folders is reached"),
          Map.entry("anonymous-home-directory", "auth.anonymousUser names a user"),
          Map.entry("public-home-directory", "there are no mailboxes of others"),
          Map.entry("shared-home-directory", "there are no mailboxes of others"),
          Map.entry("ftp-export-directory", "there are no mailboxes of others"),
          Map.entry("news-active-file", "there are no news"),
          Map.entry("news-spool-directory", "there are no news"),
          Map.entry("news-state-file", "there are no news"),
          Map.entry("hide-dot-files", "not needed: files that begin with a dot are never shown"),
          Map.entry("lock-protection", "not needed: modes of locks are fixed"),
          Map.entry("mailbox-protection", "not needed: mailboxes are made with mode 0600"),
          Map.entry("directory-protection", "not needed: folders are made with mode 0700"));

  private UwImport() {}

  /// Says them.
  ///
  /// @param certificates the files of UW's certificate and key that there are, at most one counts
  /// @param name what messages call the settings file
  /// @param text what stands in it, usually `/etc/c-client.cf`; empty where there is none
  public static Translation of(List<String> certificates, String name, String text) {
    var ours = new SettingsText();
    ours.item("listeners", "protocol: pop3, bind: \"*:110\"", COMPILED + "; ipop3d");
    ours.item("listeners", "protocol: pop2+pop3, bind: \"*:109\"", COMPILED + "; ipop2d");
    ours.item("listeners", "protocol: imap, bind: \"*:143\"", COMPILED);
    if (!certificates.isEmpty()) {
      var file = certificates.getFirst();
      ours.item("listeners", "protocol: pop3, bind: \"*:995\", tls: implicit", file);
      ours.item("listeners", "protocol: imap, bind: \"*:993\", tls: implicit", file);
      ours.text("tls.certificate", file, "where UW looks for it");
      ours.text("tls.key", file, "which holds the key as well");
    }
    ours.text("mail.spool", "/var/mail/{user}", COMPILED);
    ours.text(
        "mail.folders", "{home}/mail", "where mail programs keep their folders with UW imapd");
    ours.word("folders.children", "none", COMPILED + ": a mailbox has none");
    ours.word("folders.diskEncoding", "mutf7", COMPILED + ": names stand as IMAP writes them");
    ours.text("pop3.uidlFormat", "%08x{uidvalidity}%08x{uid}", "ipop3d's unique-ids");
    ours.word("pop3.last", "true", COMPILED);
    ours.miss(
        "mailboxes in MBX, MH, MX, tenex and other forms",
        "mail is kept in mbox files alone: mailutil copy OLD '#driver.unix/NEW' converts one");
    ours.miss("folders beside mail/ in the home", "move them below it, or set mail.folders");
    if (text.strip().startsWith(ACCEPTANCE)) {
      for (var line : SetLines.read(name, text)) {
        take(ours, line);
      }
    } else if (!text.isBlank()) {
      ours.miss(name, "UW ignores it, since it does not begin with " + ACCEPTANCE);
    }
    return ours.translation("UW imapd");
  }

  private static void take(SettingsText ours, SetLine line) {
    var from = line.name() + ", " + line.place();
    switch (line.name()) {
      case "mail-subdirectory" -> ours.text("mail.folders", "{home}/" + line.value(), from);
      case "disable-plaintext" ->
          ours.word("auth.cleartext", line.value().equals("0") ? "always" : "loopback", from);
      case "" -> {
        if (!line.value().equals(ACCEPTANCE)) {
          ours.miss(line.value() + ", " + line.place(), "not understood");
        }
      }
      default ->
          ours.miss(
              from,
              HINTS.getOrDefault(
                  line.name(), "not known to this import; see docs/configuration.md"));
    }
  }
}
