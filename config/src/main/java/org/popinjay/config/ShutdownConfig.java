package org.popinjay.config;

import java.time.Duration;

/// How the server stops.
public record ShutdownConfig(
    @Setting(value = "Time for running commands to end after SIGTERM or SIGINT.", range = "0s..10m")
        Duration grace) {

  /// Shorter than the patience of service managers.
  public static final ShutdownConfig DEFAULTS = new ShutdownConfig(Duration.ofSeconds(10));

  /// Checks the ranges.
  public ShutdownConfig {
    SettingRange.check("shutdown", ShutdownConfig.class, grace);
  }
}
