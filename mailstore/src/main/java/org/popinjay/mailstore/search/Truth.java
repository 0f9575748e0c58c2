package org.popinjay.mailstore.search;

/// What is known of a statement while not all of a message has been read.
enum Truth {
  /// It does not hold.
  NO,
  /// More has to be read.
  UNKNOWN,
  /// It holds.
  YES;

  static Truth of(boolean holds) {
    return holds ? YES : NO;
  }

  Truth not() {
    return switch (this) {
      case NO -> YES;
      case UNKNOWN -> UNKNOWN;
      case YES -> NO;
    };
  }
}
