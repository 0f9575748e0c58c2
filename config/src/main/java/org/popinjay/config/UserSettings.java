package org.popinjay.config;

/// The settings that can differ from user to user, as they hold for one of them.
public record UserSettings(
    @Setting("What differs in `pop3`.") Pop3Config pop3,
    @Setting("What differs in `imap`.") ImapConfig imap,
    @Setting("What differs in `limits`.") LimitsConfig limits,
    @Setting("What differs in `mail`.") Mail mail) {

  /// The part of `mail` that can differ.
  public record Mail(@Setting("What differs in `mail.quota`.") QuotaConfig quota) {
    /// No quota.
    public static final Mail DEFAULTS = new Mail(QuotaConfig.DEFAULTS);
  }

  /// What holds for everybody when nothing is written.
  public static final UserSettings DEFAULTS =
      new UserSettings(
          Pop3Config.DEFAULTS, ImapConfig.DEFAULTS, LimitsConfig.DEFAULTS, Mail.DEFAULTS);
}
