package org.popinjay.auth;

import java.util.Set;

/// One of the passwords of a user.
///
/// @param label what the user calls the program that has it; empty for his own password
/// @param protocols where it opens the door; everywhere if empty
public record StoredPassword(String label, Set<String> protocols, PasswordHash hash) {
  /// Copies the set.
  public StoredPassword {
    protocols = Set.copyOf(protocols);
  }

  /// The user's own password, good everywhere.
  public static StoredPassword own(PasswordHash hash) {
    return new StoredPassword("", Set.of(), hash);
  }

  /// Whether it may be used in a protocol; what is for POP3 is for POP2, too, which leads to the
  /// same mail.
  public boolean isGoodFor(String protocol) {
    return protocols.isEmpty()
        || protocols.contains(protocol)
        || (protocol.equals("pop2") && protocols.contains("pop3"));
  }
}
