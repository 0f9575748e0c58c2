package org.popinjay.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole settings file as one value. Every key has a default; an empty file is a valid server
/// for the users of the system on the standard ports.
public record PopinjayConfig(
    @Setting(value = "Version of this file's format.", range = "1..1") int version,
    @Setting(
            value =
                "Name in greetings and closing lines. Default: the machine's fully "
                    + "qualified name, else its host name.",
            range = "1..253")
        Optional<String> host,
    @Setting("Certificate and versions of TLS.") TlsConfig tls,
    @Setting(
            value =
                "Listening sockets. Default: pop3 on 110, pop2+pop3 on 109, imap on "
                    + "143; with `tls.certificate` also pop3 on 995 and imap on 993 with TLS.",
            range = "0..64")
        List<ListenerConfig> listeners,
    @Setting("What greetings tell.") BannerConfig banner,
    @Setting("What is asked of the DNS.") DnsConfig dns,
    @Setting(
            value =
                "Where users come from, asked in this order; the first that knows the "
                    + "name decides.",
            range = "1..16")
        List<UserSourceConfig> users,
    @Setting("How users sign in.") AuthConfig auth,
    @Setting(value = "Where mail lies and with whose rights it is touched.", restart = true)
        MailConfig mail,
    @Setting(value = "How the mbox engine treats spools.", restart = true) MboxConfig mbox,
    @Setting("POP3, and POP2 where it has the same.") Pop3Config pop3,
    @Setting("IMAP.") ImapConfig imap,
    @Setting(value = "The tree of mailboxes besides INBOX.", restart = true) FoldersConfig folders,
    @Setting("What old clients may need.") LegacyConfig legacy,
    @Setting("Extensions of POP3 that popper had.") XtndConfig xtnd,
    @Setting(value = "Messages that every user is shown once.", restart = true)
        BulletinsConfig bulletins,
    @Setting("Bulletin boards (RFC 1082).") BboardsConfig bboards,
    @Setting(value = "What keeps the mail.", restart = true) StoreConfig store,
    @Setting("What one client, one user or all together may use up.") LimitsConfig limits,
    @Setting(
            "By user name, as it is after sign-in: any key of `pop3`, `imap`, `limits` and"
                + " `mail.quota` that is not the same for all users.")
        Map<String, UserSettings> overrides,
    @Setting(value = "Where the server can be watched.", restart = true) MetricsConfig metrics,
    @Setting("What is logged, and where.") LogConfig log,
    @Setting(value = "How commands talk to the running server.", restart = true)
        ControlConfig control,
    @Setting("How the server stops.") ShutdownConfig shutdown) {

  /// The settings of a server whose operator wrote nothing.
  public static final PopinjayConfig DEFAULTS =
      new PopinjayConfig(
          1,
          Optional.empty(),
          TlsConfig.DEFAULTS,
          ListenerConfig.standard(false),
          BannerConfig.DEFAULTS,
          DnsConfig.DEFAULTS,
          List.of(UserSourceConfig.SystemSource.DEFAULTS),
          AuthConfig.DEFAULTS,
          MailConfig.DEFAULTS,
          MboxConfig.DEFAULTS,
          Pop3Config.DEFAULTS,
          ImapConfig.DEFAULTS,
          FoldersConfig.DEFAULTS,
          LegacyConfig.DEFAULTS,
          XtndConfig.DEFAULTS,
          BulletinsConfig.DEFAULTS,
          BboardsConfig.DEFAULTS,
          StoreConfig.DEFAULTS,
          LimitsConfig.DEFAULTS,
          Map.of(),
          MetricsConfig.DEFAULTS,
          LogConfig.DEFAULTS,
          ControlConfig.DEFAULTS,
          ShutdownConfig.DEFAULTS);

  /// Copies the collections, checks the ranges and what spans several blocks.
  public PopinjayConfig {
    listeners = List.copyOf(listeners);
    users = List.copyOf(users);
    overrides = Map.copyOf(overrides);
    SettingRange.check(
        "",
        PopinjayConfig.class,
        version,
        host,
        tls,
        listeners,
        banner,
        dns,
        users,
        auth,
        mail,
        mbox,
        pop3,
        imap,
        folders,
        legacy,
        xtnd,
        bulletins,
        bboards,
        store,
        limits,
        overrides,
        metrics,
        log,
        control,
        shutdown);
    host.filter(name -> !consistsOf(name, ".-"))
        .ifPresent(name -> {
          throw new SettingException("host", name, "a host name");
        });
    for (var user : overrides.keySet()) {
      if (!consistsOf(user, "._@+-")) {
        throw new SettingException(
            "overrides." + user, user, "a user name of letters, digits and . _ @ + -");
      }
    }
    if (listeners.isEmpty() && control.preauth().isEmpty()) {
      throw new SettingException("listeners", "none", "one at least, or control.preauth to be set");
    }
    for (int i = 0; i < listeners.size(); i++) {
      if (listeners.get(i).tls() == ListenerConfig.Tls.IMPLICIT && tls.certificate().isEmpty()) {
        throw new SettingException(
            "listeners[" + i + "].tls", "implicit", "tls.certificate to be set");
      }
    }
  }

  /// The same, with other listeners.
  public PopinjayConfig listeningOn(List<ListenerConfig> others) {
    return with(tls, others, users);
  }

  /// The same, for users of another place alone, and nobody from a network.
  public PopinjayConfig servingOnly(UserSourceConfig only) {
    return with(TlsConfig.DEFAULTS, List.of(), List.of(only));
  }

  private PopinjayConfig with(
      TlsConfig certificates, List<ListenerConfig> doors, List<UserSourceConfig> sources) {
    return new PopinjayConfig(
        version,
        host,
        certificates,
        doors,
        banner,
        dns,
        sources,
        auth,
        mail,
        mbox,
        pop3,
        imap,
        folders,
        legacy,
        xtnd,
        bulletins,
        bboards,
        store,
        limits,
        overrides,
        metrics,
        log,
        control,
        shutdown);
  }

  /// What holds for one user: the file's settings, with his overrides.
  ///
  /// @param user the name as it was normalised at sign-in
  public UserSettings forUser(String user) {
    var own = overrides.get(user);
    return own == null ? forEverybody() : own;
  }

  /// What holds for users of whom nothing is said.
  public UserSettings forEverybody() {
    return new UserSettings(pop3, imap, limits, new UserSettings.Mail(mail.quota()));
  }

  private static boolean consistsOf(String text, String marks) {
    return text.chars()
        .allMatch(c ->
            (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || marks.indexOf(c) >= 0);
  }
}
