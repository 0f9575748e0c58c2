package org.popinjay.posix;

import java.util.List;

/// Whose rights a file call is made with.
///
/// @param uid the user; never 0 for a mail user
/// @param gid the primary group
/// @param groups supplementary groups
public record Identity(int uid, int gid, List<Integer> groups) {
  /// Somebody who is nobody's user and in nobody's group: he may do what everybody may.
  public static final Identity NOBODY = new Identity(65534, 65534, List.of());

  /// Copies the groups.
  public Identity {
    groups = List.copyOf(groups);
  }

  /// The same with another group, for names made in a directory of that group.
  public Identity withGid(int other) {
    return new Identity(uid, other, groups);
  }
}
