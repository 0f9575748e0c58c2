package org.popinjay.posix;

import java.util.Arrays;

/// Whose rights a file call is made with.
///
/// @param uid the user; never 0 for a mail user
/// @param gid the primary group
/// @param groups supplementary groups, not to be changed
public record Identity(int uid, int gid, int[] groups) {
  /// Copies the groups.
  public Identity {
    groups = groups.clone();
  }

  /// The same with another group, for names made in a directory of that group.
  public Identity withGid(int other) {
    return new Identity(uid, other, groups);
  }

  @Override
  public int[] groups() {
    return groups.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity(int u, int g, int[] s)
        && uid == u
        && gid == g
        && Arrays.equals(groups, s);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * uid + gid) + Arrays.hashCode(groups);
  }

  @Override
  public String toString() {
    return "uid " + uid + " gid " + gid + " groups " + Arrays.toString(groups);
  }
}
