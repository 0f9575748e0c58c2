package org.popinjay.mailstore.search;

/// A text that a search wants in the messages themselves, and how far the search for it is in the
/// current one. Not thread-safe.
final class TextKey {
  private final Needle needle;
  private final Needle unfoldable;
  private final boolean headers;
  private final Needle.Hunt hunt;
  private boolean open;
  private boolean found;

  /// @param headers whether it may be in headers too, those of embedded messages aside: these count
  ///   as text
  TextKey(String needle, boolean headers) {
    this.needle = new Needle(needle);
    this.unfoldable = this.needle.unfoldable();
    this.headers = headers;
    this.hunt = this.needle.hunt();
  }

  Needle needle() {
    return needle;
  }

  /// What has to be in folded lines.
  Needle unfoldable() {
    return unfoldable;
  }

  /// Whether it may be in headers.
  boolean inHeaders() {
    return headers;
  }

  /// Begins with a message.
  ///
  /// @param possible whether the message can have it
  void begin(boolean possible) {
    open = possible;
    found = false;
  }

  /// Whether it was not found yet but still may be.
  boolean isOpen() {
    return open;
  }

  /// Whether the message has it.
  boolean isFound() {
    return found;
  }

  /// Begins with one text of the message.
  void beginText() {
    hunt.begin();
  }

  /// Goes on in that text.
  ///
  /// @param ascii whether the octets are ASCII in both cases, and not folded text
  void look(byte[] octets, int from, int to, boolean ascii) {
    boolean here = ascii ? hunt.inAscii(octets, from, to) : hunt.inFolded(octets, from, to);
    if (open && here) {
      found = true;
      open = false;
    }
  }
}
