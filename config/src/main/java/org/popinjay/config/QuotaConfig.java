package org.popinjay.config;

import java.util.Optional;
import java.util.OptionalLong;

/// How much one user may keep (RFC 9208).
public record QuotaConfig(
    @Setting(value = "Octets of all mailboxes of a user.", range = "1MiB..")
        Optional<ByteSize> storage,
    @Setting(value = "Messages in all mailboxes of a user.", range = "1..") OptionalLong messages) {

  /// No quota.
  public static final QuotaConfig DEFAULTS =
      new QuotaConfig(Optional.empty(), OptionalLong.empty());

  /// Checks the ranges.
  public QuotaConfig {
    SettingRange.check("mail.quota", QuotaConfig.class, storage, messages);
  }
}
