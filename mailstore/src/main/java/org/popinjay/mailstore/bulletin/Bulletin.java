package org.popinjay.mailstore.bulletin;

import java.util.OptionalInt;
import org.popinjay.posix.Identity;

/// A bulletin as its folder names it.
///
/// @param number by it users are told what is new, 1..2^31-1
/// @param fileName in the folder
/// @param group the only one that it is for; empty for everybody
public record Bulletin(int number, String fileName, OptionalInt group) {

  /// Whether somebody is to get it.
  public boolean isFor(Identity reader) {
    return group.isEmpty()
        || reader.gid() == group.getAsInt()
        || reader.groups().contains(group.getAsInt());
  }

  /// Whether somebody could get both, and would be told of one of them alone.
  boolean clashesWith(Bulletin other) {
    return number == other.number
        && (group.isEmpty() || other.group.isEmpty() || group.equals(other.group));
  }
}
