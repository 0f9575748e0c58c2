package org.popinjay.mailstore;

/// The system flags that a message has.
///
/// @param bits the bits of [Flag#bit], or-ed together
public record FlagSet(int bits) {
  /// No flag.
  public static final FlagSet NONE = new FlagSet(0);

  /// These flags.
  public static FlagSet of(Flag... flags) {
    int bits = 0;
    for (var flag : flags) {
      bits |= flag.bit();
    }
    return new FlagSet(bits);
  }

  /// Whether the flag is among them.
  public boolean has(Flag flag) {
    return (bits & flag.bit()) != 0;
  }

  /// These and one more.
  public FlagSet with(Flag flag) {
    return new FlagSet(bits | flag.bit());
  }

  /// These but one.
  public FlagSet without(Flag flag) {
    return new FlagSet(bits & ~flag.bit());
  }
}
