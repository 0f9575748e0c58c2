package org.popinjay.wire.trace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Something that was said, as an operator may see it.
///
/// @param at when
/// @param session name of the connection
/// @param speaker who said it
/// @param text masked, escaped and cut: printable ASCII
public record TraceLine(Instant at, String session, Speaker speaker, String text) {

  /// Who says something.
  public enum Speaker {
    /// The client.
    CLIENT("C:"),
    /// The server.
    SERVER("S:"),
    /// Nobody: the connection itself, that comes or goes.
    NOTE("--");

    private final String mark;

    Speaker(String mark) {
      this.mark = mark;
    }

    /// How transcripts mark it.
    public String mark() {
      return mark;
    }
  }

  /// Something that nobody said, now.
  public static TraceLine note(String session, String text) {
    return now(session, Speaker.NOTE, text);
  }

  /// Something that was said now.
  static TraceLine now(String session, Speaker speaker, String text) {
    return new TraceLine(Instant.now().truncatedTo(ChronoUnit.MILLIS), session, speaker, text);
  }

  /// The same with so much of what was said at most, the mark of a cut included.
  ///
  /// @param octetsMax at least 3
  public TraceLine cut(int octetsMax) {
    return speaker == Speaker.NOTE || text.length() <= octetsMax
        ? this
        : new TraceLine(at, session, speaker, text.substring(0, octetsMax - 3) + "...");
  }

  /// As a line of a file.
  @Override
  public String toString() {
    return at + " " + session + " " + speaker.mark() + " " + text;
  }
}
