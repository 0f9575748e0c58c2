package org.popinjay.posix;

/// The only door to jnr-posix and jnr-ffi.
public final class Posix {
  private Posix() {}
}
