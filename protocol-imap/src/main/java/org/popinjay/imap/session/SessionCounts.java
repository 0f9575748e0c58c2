package org.popinjay.imap.session;

/// What a session did, for its line in the log and for metrics. Belongs to whoever runs the
/// session's commands.
public final class SessionCounts {
  private long fetchedMessages;
  private long fetchedOctets;
  private long appendedMessages;
  private long expungedMessages;

  /// A text of a message, or a part of it, was sent.
  public void fetched(long octets) {
    fetchedMessages++;
    fetchedOctets += octets;
  }

  /// Messages were appended or copied into a mailbox.
  public void appended(long messages) {
    appendedMessages += messages;
  }

  /// Messages were removed for good.
  public void expunged(long messages) {
    expungedMessages += messages;
  }

  /// Texts of messages sent.
  public long fetchedMessages() {
    return fetchedMessages;
  }

  /// Octets of texts sent.
  public long fetchedOctets() {
    return fetchedOctets;
  }

  /// Messages appended or copied.
  public long appendedMessages() {
    return appendedMessages;
  }

  /// Messages removed for good.
  public long expungedMessages() {
    return expungedMessages;
  }
}
