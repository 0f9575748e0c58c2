package org.popinjay.posix;

import java.util.List;

/// An entry of the system's account database.
///
/// @param name as the database spells it
/// @param uid the user, to be read as unsigned
/// @param gid the primary group
/// @param groups every group the account is in, the primary one among them
/// @param home the home folder
/// @param shell the login shell; empty stands for the usual one
public record Account(
    String name, int uid, int gid, List<Integer> groups, String home, String shell) {
  /// Copies the groups.
  public Account {
    groups = List.copyOf(groups);
  }

  /// With whose rights this account touches files.
  public Identity identity() {
    return new Identity(uid, gid, groups);
  }
}
