package org.popinjay.mailstore;

/// Something that was found out about an account, for an operator: it may name files, and is never
/// for a client.
///
/// @param subject what was looked at
/// @param words how it is
/// @param hinders whether a sign-in would fail by it, or wait
public record Finding(Topic topic, String subject, String words, boolean hinders) {

  /// What it is about.
  public enum Topic {
    /// Where mail and state are kept.
    PLACES,
    /// Who keeps mail locked.
    LOCKS,
    /// What is known of a mailbox without reading it.
    INDEX
  }
}
