package org.popinjay.mailstore;

/// All flags of a message but `\Recent`, which belongs to a session.
///
/// @param system the system flags
/// @param keywords the others
public record Flags(FlagSet system, Keywords keywords) {
  /// No flag.
  public static final Flags NONE = new Flags(FlagSet.NONE, Keywords.NONE);

  /// System flags alone.
  public static Flags of(Flag... flags) {
    return new Flags(FlagSet.of(flags), Keywords.NONE);
  }
}
