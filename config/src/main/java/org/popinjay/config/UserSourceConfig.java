package org.popinjay.config;

import java.nio.file.Path;

/// One place where users come from. In the file it is a mapping of one key, the record's name
/// without `Source`.
public sealed interface UserSourceConfig {

  /// A users file, `name:{SCHEME}hash[:uid:gid:gecos:home[:shell[:extra]]]` a line.
  record FileSource(
      @Setting(
              value = "Users file in the passwd-file layout of Dovecot. Mode 0640 or narrower.",
              required = true)
          Path path)
      implements UserSourceConfig {}

  /// The accounts of the system.
  record SystemSource(
      @Setting(
              value =
                  "Accounts with a lower uid cannot sign in, and root never: their mail"
                      + " should go to a person.",
              range = "1..")
          int minUid,
      @Setting(
              "Shut out accounts whose password is older than the shadow file allows, or has to be"
                  + " changed first (`chage`), as PAM does.")
          boolean checkPasswordExpired)
      implements UserSourceConfig {
    /// Where ordinary accounts begin on most systems.
    public static final SystemSource DEFAULTS = new SystemSource(1000, true);

    /// Refuses root.
    public SystemSource {
      SettingRange.check("users.system", SystemSource.class, minUid, checkPasswordExpired);
    }
  }

  /// Pluggable authentication modules.
  record PamSource(
      @Setting(value = "Name of the service file in `/etc/pam.d`.", range = "1..64") String service,
      @Setting(
              value = "As for `users.system`: root, and accounts with a lower uid, cannot sign in.",
              range = "1..")
          int minUid)
      implements UserSourceConfig {
    /// The service of our own name.
    public static final PamSource DEFAULTS = new PamSource("popinjay", 1000);

    /// Refuses a name that is a path.
    public PamSource {
      SettingRange.check("users.pam", PamSource.class, service, minUid);
      if (service.indexOf('/') >= 0 || service.startsWith(".")) {
        throw new SettingException("users.pam.service", service, "the name of a service file");
      }
    }
  }
}
