package org.popinjay.mailstore.mbox.append;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.popinjay.mailstore.mbox.text.ByteScan;
import org.popinjay.mailstore.mbox.text.MboxScanner;

/// What has to be known of a message before it can be stored, gathered while its octets come in:
/// one pass, nothing of it kept.
///
/// Octets are those of the wire. An LF without a CR before it counts as a line end, too; it will
/// come back as CRLF. Not thread-safe.
public final class DraftShape {
  /// A header up to this length is stored as a header. A longer one, with all that the store adds,
  /// might not be understood when it is read again ([MboxScanner#LONGEST_HEADER]).
  private static final long LONGEST_HEADER = MboxScanner.LONGEST_HEADER / 2;

  /// The same for its lines.
  private static final int MOST_HEADER_LINES = 4_000;

  private final ByteScan scan = ByteScan.fastest();
  private final LineHead head = new LineHead();
  private long octets;
  private long bareLineFeeds;
  private boolean nul;
  private byte last;
  private boolean lineBegins = true;
  private boolean inHeader = true;
  private boolean blankLine;
  private long headerOctets;
  private int headerLines;
  private boolean quoted;
  private boolean escaped;

  /// Takes the next octets `[from, to)` of the message in.
  public void take(MemorySegment in, long from, long to) {
    if (from == to) {
      return;
    }
    nul |= scan.hasNul(in, from, to);
    bareLineFeeds += scan.bareLineFeeds(in, from, to, last == '\r');
    long at = from;
    while (at < to) {
      if (lineBegins) {
        at = beginLine(in, at, to);
      } else {
        long lineFeed = scan.lineFeed(in, at, to);
        at = Math.min(lineFeed + 1, to);
        if (lineFeed < to) {
          endLine(octets + at - from);
        }
      }
    }
    octets += to - from;
    last = in.get(JAVA_BYTE, to - 1);
  }

  private void endLine(long behind) {
    lineBegins = true;
    head.begin();
    if (inHeader) {
      headerLines++;
      headerOctets = behind;
    }
  }

  private long beginLine(MemorySegment in, long from, long to) {
    for (long at = from; at < to; at++) {
      switch (head.look(in.get(JAVA_BYTE, at), inHeader)) {
        case UNDECIDED -> {}
        case PLAIN -> {
          lineBegins = false;
          return at;
        }
        case QUOTE -> {
          quoted = true;
          lineBegins = false;
          return at;
        }
        case ESCAPE -> {
          escaped = true;
          lineBegins = false;
          return at;
        }
        case BLANK -> {
          blankLine = true;
          inHeader = false;
          head.begin();
          return at + 1;
        }
      }
    }
    return to;
  }

  /// Octets of the message so far.
  public long octets() {
    return octets;
  }

  /// Whether there is a NUL among them.
  public boolean hasNul() {
    return nul;
  }

  /// What came of it, once all octets were taken in.
  public Facts facts() {
    long header = inHeader ? octets : headerOctets;
    return new Facts(
        octets,
        octets + bareLineFeeds,
        header <= LONGEST_HEADER && headerLines <= MOST_HEADER_LINES,
        blankLine,
        octets > 0 && last != '\n',
        quoted,
        escaped);
  }

  /// What is known of a message.
  ///
  /// @param octets of it
  /// @param wireOctets of it as it is read again: each LF that stood alone has a CR then
  /// @param header whether what stands before the first blank line, or all, is stored as a header
  /// @param blankLine whether there is a blank line behind the header
  /// @param endsOpen whether the last line has no line end
  /// @param separatorLike whether a line begins like one that separates messages
  /// @param hiddenNames whether fields have names that would hide them
  record Facts(
      long octets,
      long wireOctets,
      boolean header,
      boolean blankLine,
      boolean endsOpen,
      boolean separatorLike,
      boolean hiddenNames) {}
}
