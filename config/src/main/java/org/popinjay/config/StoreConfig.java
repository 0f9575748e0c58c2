package org.popinjay.config;

/// What keeps the mail.
public record StoreConfig(
    @Setting(value = "Name of the store engine.", range = "1..32") String engine) {

  /// Classic spools.
  public static final StoreConfig DEFAULTS = new StoreConfig("mbox");

  /// Checks the ranges.
  public StoreConfig {
    SettingRange.check("store", StoreConfig.class, engine);
  }
}
