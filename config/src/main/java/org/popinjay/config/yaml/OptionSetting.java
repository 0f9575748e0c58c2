package org.popinjay.config.yaml;

/// A setting from the command line, which wins over the file.
///
/// @param option as the operator typed it, `-T`
/// @param key the setting it stands for, `pop3.idleTimeout`
/// @param value as it would stand in the file, `120s`
public record OptionSetting(String option, String key, String value) {}
