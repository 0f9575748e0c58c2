package org.popinjay.imap.command;

import java.util.Set;

/// Options of LIST in its extended form (RFC 5258, section 3).
///
/// @param selection which names are listed
/// @param returned what is told of each
/// @param status counts that are wanted of each (RFC 5819, section 2); empty for none
public record ListOptions(
    Set<Selection> selection, Set<Returned> returned, Set<StatusItem> status) {
  /// The extended form without any option.
  public static final ListOptions NONE = new ListOptions(Set.of(), Set.of(), Set.of());

  /// Which names are listed.
  public enum Selection {
    /// Those subscribed to: RFC 5258, section 3.1.
    SUBSCRIBED,
    /// Remote ones too, of which there are none: RFC 5258, section 3.1.
    REMOTE,
    /// Those above a name that matches otherwise, too; never alone: RFC 5258, section 3.1.
    RECURSIVEMATCH,
    /// Those with a special use: RFC 6154, section 2.
    SPECIAL_USE
  }

  /// What is told of each name.
  public enum Returned {
    /// Whether it is subscribed to: RFC 5258, section 3.2.
    SUBSCRIBED,
    /// Whether there are names below it: RFC 5258, section 3.2.
    CHILDREN,
    /// What it is for: RFC 6154, section 2.
    SPECIAL_USE
  }
}
