package org.popinjay.config;

/// A setting that cannot be. The message reads `pop3.idleTimeout: 5s (expected at least 15s)`.
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String found;
  private final String expected;

  /// @param key the setting as in the file, `pop3.idleTimeout`; where only a text is at hand, what
  ///   it should have been, `duration`
  /// @param found the value as an operator would write it
  /// @param expected what would be right, to follow the word "expected"
  public SettingException(String key, String found, String expected) {
    super(key + ": " + found + " (expected " + expected + ")");
    this.key = key;
    this.found = found;
    this.expected = expected;
  }

  /// The setting, or the kind of value.
  public String key() {
    return key;
  }

  /// The value.
  public String found() {
    return found;
  }

  /// What would be right.
  public String expected() {
    return expected;
  }
}
