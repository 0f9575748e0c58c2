package org.popinjay.mailstore;

/// What a client wants done to flags (RFC 9051, section 6.4.6).
public sealed interface FlagChange {
  /// What a message's flags become.
  default Flags applyTo(Flags before) {
    return switch (this) {
      case Add(Flags more) ->
          new Flags(
              new FlagSet(before.system().bits() | more.system().bits()),
              before.keywords().with(more.keywords().list()));
      case Remove(Flags some) ->
          new Flags(
              new FlagSet(before.system().bits() & ~some.system().bits()),
              before.keywords().without(some.keywords().list()));
      case Replace(Flags all) -> all;
    };
  }

  /// The flags named.
  Flags flags();

  /// Sets these besides what is set.
  record Add(Flags flags) implements FlagChange {}

  /// Takes these away.
  record Remove(Flags flags) implements FlagChange {}

  /// Sets these and takes all others away.
  record Replace(Flags flags) implements FlagChange {}
}
