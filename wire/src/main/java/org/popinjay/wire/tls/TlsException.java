package org.popinjay.wire.tls;

import java.util.List;
import java.util.stream.Collectors;

/// The files of TLS cannot be used.
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<TlsFault> faults;

  TlsException(List<TlsFault> faults) {
    super(faults.stream().map(TlsFault::toString).collect(Collectors.joining("; ")));
    this.faults = List.copyOf(faults);
  }

  /// Everything that is wrong.
  public List<TlsFault> faults() {
    return faults;
  }
}
