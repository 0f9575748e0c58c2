package org.popinjay.server.migrate;

import java.util.Map;

/// What to say of settings of Dovecot that have no counterpart, by their names or how these begin.
final class DovecotHints {
  private static final String FIXED =
      "not needed: protocols, suites and curves are those of RFC 9325";
  private static final String INDEX =
      "not needed: indexes lie in mail.state and are kept by the server";
  private static final String DEBUG = "log.level: debug says more of everything";
  private static final String PROCESS = "not needed: one process does all";
  private static final String WORKAROUND =
      "not needed: what clients are known to get wrong is taken care of for all";

  private static final Map<String, String> BY_NAME =
      Map.ofEntries(
          Map.entry("dovecot_config_version", "not needed"),
          Map.entry("dovecot_storage_version", "not needed"),
          Map.entry("mail_home", "homes come from the system, or from the users file"),
          Map.entry("mail_uid", "mail.identity: process, and run the server as that user"),
          Map.entry("mail_gid", "mail.identity: process, and run the server in that group"),
          Map.entry("mail_access_groups", "SupplementaryGroups= of the unit popinjay.service"),
          Map.entry("mail_plugins", "there are no plugins"),
          Map.entry("mail_fsync", "not needed: what was answered with OK is always durable"),
          Map.entry("mail_nfs_storage", "keep the dotlock in mail.locks.write on NFS"),
          Map.entry("mail_full_filesystem_access", "refused on purpose"),
          Map.entry("mbox_md5", "unique-ids made of all of a header cannot be kept"),
          Map.entry("mbox_lazy_writes", "not needed: flags reach the spool when that is cheap"),
          Map.entry("mbox_dirty_syncs", "not needed"),
          Map.entry("mbox_very_dirty_syncs", "not needed"),
          Map.entry("lock_method", INDEX),
          Map.entry("last_valid_uid", "shut users out in the users file or by PAM"),
          Map.entry("last_valid_gid", "shut users out in the users file or by PAM"),
          Map.entry("first_valid_gid", "shut users out in the users file or by PAM"),
          Map.entry("auth_default_realm", "users sign in by the name that a source has"),
          Map.entry("auth_username_format", "users sign in by the name that a source has"),
          Map.entry("auth_master_user_separator", "auth.admins, who name the user by SASL PLAIN"),
          Map.entry("auth_worker_max_count", PROCESS),
          Map.entry("ssl_key_password", "tls.keyPasswordFile names a file that holds it"),
          Map.entry("ssl_server_key_password", "tls.keyPasswordFile names a file that holds it"),
          Map.entry("ssl_cipher_list", FIXED),
          Map.entry("ssl_cipher_suites", FIXED),
          Map.entry("ssl_curve_list", FIXED),
          Map.entry("ssl_dh", FIXED),
          Map.entry("ssl_server_dh_file", FIXED),
          Map.entry("ssl_prefer_server_ciphers", FIXED),
          Map.entry("ssl_server_prefer_ciphers", FIXED),
          Map.entry("ssl_options", FIXED),
          Map.entry("ssl_client_ca_dir", "not needed: the server connects to nobody"),
          Map.entry("ssl_client_ca_file", "not needed: the server connects to nobody"),
          Map.entry("pop3_lock_session", "not needed: a maildrop has one session at a time"),
          Map.entry("pop3_no_flag_updates", "what RETR fetched is marked as seen at QUIT"),
          Map.entry(
              "pop3_reuse_xuidl",
              "popinjay mbox adopt --from mailutils keeps unique-ids in X-UIDL"),
          Map.entry("pop3_save_uidl", "unique-ids follow UIDs, which are kept"),
          Map.entry("pop3_client_workarounds", WORKAROUND),
          Map.entry("imap_client_workarounds", WORKAROUND),
          Map.entry("imap_capability", "imap.capabilities switches extensions off one by one"),
          Map.entry("imap_idle_notify_interval", "not needed: idle clients are kept alive"),
          Map.entry("imap_logout_format", "docs/logging.md has the line of a session"),
          Map.entry("pop3_logout_format", "docs/logging.md has the line of a session"),
          Map.entry("login_log_format", "docs/logging.md has the line of a session"),
          Map.entry("login_log_format_elements", "docs/logging.md has the line of a session"),
          Map.entry("log_timestamp", "times are UTC to the millisecond"),
          Map.entry("login_greeting", "the greeting names host alone"),
          Map.entry("info_log_path", "log.file is the only file"),
          Map.entry("debug_log_path", "log.file is the only file"),
          Map.entry("auth_debug", DEBUG),
          Map.entry("auth_verbose", "not needed: each failed sign-in has a line with its reason"),
          Map.entry("auth_verbose_passwords", "passwords are never logged"),
          Map.entry("auth_debug_passwords", "passwords are never logged"),
          Map.entry("verbose_ssl", DEBUG),
          Map.entry("mailbox_list_index", INDEX),
          Map.entry("import_environment", PROCESS),
          Map.entry("default_process_limit", PROCESS),
          Map.entry("default_client_limit", "limits.connections"),
          Map.entry("default_vsz_limit", PROCESS),
          Map.entry("verbose_proctitle", "popinjay who shows the sessions"),
          Map.entry("shutdown_clients", "sessions are told when the server stops"),
          Map.entry("quota", "the file system's quota holds"),
          Map.entry("postmaster_address", "mail is delivered by others"),
          Map.entry("base_dir", PROCESS),
          Map.entry("instance_name", PROCESS),
          Map.entry("haproxy_timeout", "limits.loginTimeout bounds it"));

  private static final Map<String, String> BY_BLOCK =
      Map.ofEntries(
          Map.entry("service", PROCESS),
          Map.entry("plugin", "there are no plugins"),
          Map.entry("dict", "there are no dictionaries"),
          Map.entry("local", "settings do not depend on the address of the server"),
          Map.entry("remote", "settings do not depend on the client; listeners[].access admits it"),
          Map.entry("metric", "metrics.bind shows docs/metrics.md"),
          Map.entry("protocol", "not one of POP3 and IMAP"));

  private DovecotHints() {}

  static String ofSetting(String name) {
    var hint = BY_NAME.get(name);
    if (hint != null) {
      return hint;
    }
    return name.startsWith("mail_cache_")
            || name.startsWith("mail_index_")
            || name.startsWith("mbox_min_")
        ? INDEX
        : "not known to this import; see docs/configuration.md";
  }

  static String ofBlock(String kind) {
    return BY_BLOCK.getOrDefault(kind, "not known to this import; see docs/configuration.md");
  }
}
