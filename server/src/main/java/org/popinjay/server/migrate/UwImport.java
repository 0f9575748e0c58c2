package org.popinjay.server.migrate;

import java.util.List;
import java.util.Locale;
import java.util.Map;

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
          Map.entry("dot-lock-file-timeout", "mail.locks.timeout, 30s"),
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
      int number = 0;
      for (var line : text.lines().toList()) {
        number++;
        take(ours, line.strip(), name + ":" + number);
      }
    } else if (!text.isBlank()) {
      ours.miss(name, "UW ignores it, since it does not begin with " + ACCEPTANCE);
    }
    return ours.translation("UW imapd");
  }

  /// `set NAME VALUE`; names in letters of any case, numbers as C's `atoi` reads them.
  private static void take(SettingsText ours, String line, String place) {
    if (line.isEmpty() || line.startsWith("#") || line.equals(ACCEPTANCE)) {
      return;
    }
    int end = line.indexOf(' ', 4);
    if (!line.regionMatches(true, 0, "set ", 0, 4) || end < 0) {
      ours.miss(line + ", " + place, "not understood");
      return;
    }
    var name = line.substring(4, end).toLowerCase(Locale.ROOT);
    var value = line.substring(end).strip();
    var from = name + ", " + place;
    switch (name) {
      case "mail-subdirectory" -> ours.text("mail.folders", "{home}/" + value, from);
      case "disable-plaintext" ->
          ours.word("auth.cleartext", isZero(value) ? "always" : "loopback", from);
      default ->
          ours.miss(
              from,
              HINTS.getOrDefault(name, "not known to this import; see docs/configuration.md"));
    }
  }

  /// Whether no number but 0 is at its beginning, so that `nil` is 0, as documents of UW have it.
  private static boolean isZero(String value) {
    int at = value.startsWith("-") || value.startsWith("+") ? 1 : 0;
    while (at < value.length() && value.charAt(at) == '0') {
      at++;
    }
    return at == value.length() || value.charAt(at) < '0' || value.charAt(at) > '9';
  }
}
