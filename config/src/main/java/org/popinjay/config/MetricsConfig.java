package org.popinjay.config;

import java.util.Optional;

/// Where the server can be watched.
public record MetricsConfig(
    @Setting("Address of `/metrics`, `/live` and `/ready`; `null`: none. It asks for no password.")
        Optional<BindAddress> bind) {

  /// This machine only.
  public static final MetricsConfig DEFAULTS =
      new MetricsConfig(Optional.of(new BindAddress("127.0.0.1", 9117)));
}
