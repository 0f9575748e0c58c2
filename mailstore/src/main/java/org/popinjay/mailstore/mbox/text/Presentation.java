package org.popinjay.mailstore.mbox.text;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Turns the stored octets of one message into those that every command of every protocol sends and
/// every size counts.
///
/// - hidden fields ([KnownField]) of the first header block are left out, with their continuation
///   lines;
/// - LF becomes CRLF; CRLF and a CR alone stay;
/// - a NUL becomes 0x80, as clients hang on it;
/// - a last line without a line end gets one, and a header without a blank line behind it gets that
///   too;
/// - what [Quoting] did to a message when this program stored it is undone ([Bits#QUOTED]).
///
/// A blank line or a last line end that such a message did not have when it was stored are the last
/// octets of the stream: who wants the message as it was stops short of them ([#unstored]).
///
/// The caller hands in the octets from behind the From_ line up to the separator, cut as it likes,
/// and takes the result in pieces of any size from two octets. Not thread-safe; one instance a
/// message.
public final class Presentation {
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
  private static final int LONGEST_HELD =
      Math.max(KnownField.LONGEST_HIDDEN, Quoting.ESCAPE.length());

  private final ByteScan scan = ByteScan.fastest();
  private final int headerOctets;
  private final boolean looksAtHeader;
  private final boolean quoted;
  private final int missingBlankLine;
  private final boolean hidesBlankLine;

  // Where the message is.
  private long taken;
  private boolean lineBegins = true;
  private boolean hiding;
  private boolean afterCr;
  private boolean lineEnded = true;
  private boolean finished;
  private int endingLeft = -1;

  // The first octets of a line whose fate is open, then those of them that are on their way out.
  private final byte[] held = new byte[LONGEST_HELD];
  private int heldCount;
  private int released;
  private int releasedEnd;

  // The buffers of the call that is running.
  private MemorySegment in = NOTHING;
  private long read;
  private long readEnd;
  private MemorySegment out = NOTHING;
  private long write;
  private long writeEnd;

  /// The presentation of a message of which nothing has been handed in yet.
  ///
  /// @param headerOctets of its row in the [MessageTable]
  /// @param bits of its row: [Bits#HIDDEN_FIELDS], [Bits#QUOTED], [Bits#NO_BLANK_LINE] and
  ///   [Bits#HIDES_BLANK_LINE] count
  public Presentation(int headerOctets, int bits) {
    this.headerOctets = headerOctets;
    this.quoted = (bits & Bits.QUOTED) != 0;
    this.looksAtHeader = quoted || (bits & Bits.HIDDEN_FIELDS) != 0;
    this.hidesBlankLine = (bits & Bits.HIDES_BLANK_LINE) != 0;
    this.missingBlankLine = (bits & Bits.NO_BLANK_LINE) != 0 ? 2 : 0;
  }

  /// Octets at the end of the stream that the message did not have when it was stored.
  public static int unstored(int bits) {
    return ((bits & Bits.LACKS_BLANK_LINE) != 0 ? 2 : 0)
        + ((bits & Bits.LACKS_LINE_END) != 0 ? 2 : 0);
  }

  /// Converts until all stored octets are taken or the next ones do not fit, and advances the
  /// positions of both buffers.
  ///
  /// @param stored a direct buffer with the next octets of the message
  /// @param last whether they are its last ones; true again when called for what did not fit
  /// @param into a direct buffer with room for at least two octets
  /// @return octets put into it
  public int convert(ByteBuffer stored, boolean last, ByteBuffer into) {
    in = MemorySegment.ofBuffer(stored);
    read = 0;
    readEnd = in.byteSize();
    out = MemorySegment.ofBuffer(into);
    write = 0;
    writeEnd = out.byteSize();
    while (released() && read < readEnd && step()) {
      // go on
    }
    if (last && read == readEnd) {
      end();
    }
    stored.position(stored.position() + (int) read);
    into.position(into.position() + (int) write);
    in = NOTHING;
    out = NOTHING;
    return (int) write;
  }

  /// Whether the whole message has been put out.
  public boolean isFinished() {
    return finished;
  }

  /// Converts for the sake of the count alone.
  ///
  /// @param stored a direct buffer with the next octets; all are taken
  /// @param scratch a direct buffer that may be overwritten
  /// @return octets of the presentation that they become; the sum over all calls is its size
  public long measure(ByteBuffer stored, boolean last, ByteBuffer scratch) {
    long octets = 0;
    do {
      octets += convert(stored, last, scratch.clear());
    } while (stored.hasRemaining() || (last && !finished));
    return octets;
  }

  /// Does the next thing; false if there is no room for it.
  private boolean step() {
    long headerLeft = headerOctets - taken;
    boolean inHeader = headerLeft > 0;
    if (!looksAtHeader || (!inHeader && !quoted)) {
      return copy(readEnd);
    }
    if (hidesBlankLine && headerLeft == 1) {
      return pass(read + 1);
    }
    if (lineBegins) {
      return beginLine(inHeader);
    }
    if (inHeader) {
      long end = Math.min(readEnd, read + headerLeft);
      long lineFeed = scan.lineFeed(in, read, end);
      long next = Math.min(lineFeed + 1, end);
      return hiding ? pass(next) : copy(next);
    }
    long lineFeed = scan.lineFeedBefore((byte) '>', in, read, readEnd);
    return copy(Math.min(lineFeed + 1, readEnd));
  }

  private boolean copy(long end) {
    long counts = scan.copyForWire(in, read, end, afterCr, out, write, writeEnd);
    int put = ByteScan.Copied.put(counts);
    if (put == 0) {
      return false;
    }
    write += put;
    lineEnded = out.get(JAVA_BYTE, write - 1) == '\n';
    return pass(read + ByteScan.Copied.taken(counts));
  }

  /// Goes on to a later place of the stored octets.
  private boolean pass(long next) {
    taken += next - read;
    read = next;
    byte before = in.get(JAVA_BYTE, read - 1);
    lineBegins = before == '\n';
    afterCr = before == '\r';
    return true;
  }

  /// Looks at one more octet of a line that has just begun, until it is clear what the line is.
  private boolean beginLine(boolean inHeader) {
    byte octet = in.get(JAVA_BYTE, read);
    afterCr = false;
    if (heldCount == 0) {
      if (inHeader && taken > 0 && (octet == ' ' || octet == '\t')) {
        // The line goes the way of the one before it.
        lineBegins = false;
        return true;
      }
      hiding = false;
    }
    if (quoted && (heldCount == 0 ? octet : held[0]) == '>') {
      return unquote(octet);
    }
    if (!inHeader) {
      return show(0);
    }
    held[heldCount] = octet;
    int seen = heldCount + 1;
    if (quoted && Quoting.isEscape(held, seen)) {
      hold();
      return seen < Quoting.ESCAPE.length() || show(heldCount);
    }
    return switch (KnownField.look(held, seen)) {
      case SHOWN -> show(0);
      case UNDECIDED -> hold();
      case HIDDEN -> {
        hold();
        heldCount = 0;
        lineBegins = false;
        hiding = true;
        yield true;
      }
    };
  }

  /// Looks at one more octet of a line that begins with `>`: of those before `From ` one is left
  /// out.
  private boolean unquote(byte octet) {
    if (heldCount == 1 && octet == '>') {
      if (write == writeEnd) {
        return false;
      }
      put(octet);
      read++;
      taken++;
      return true;
    }
    if (heldCount > 0 && octet != Quoting.FROM.charAt(heldCount - 1)) {
      return show(0);
    }
    held[heldCount] = octet;
    hold();
    return heldCount <= Quoting.FROM.length() || show(1);
  }

  private boolean hold() {
    heldCount++;
    read++;
    taken++;
    return true;
  }

  /// Lets the held octets go, but for the first ones, and the rest of the line after them.
  private boolean show(int without) {
    released = without;
    releasedEnd = heldCount;
    heldCount = 0;
    lineBegins = false;
    return true;
  }

  /// Puts out what was let go; false if it does not fit.
  private boolean released() {
    while (released < releasedEnd && write < writeEnd) {
      put(held[released++]);
    }
    return released == releasedEnd;
  }

  private void put(byte octet) {
    out.set(JAVA_BYTE, write++, octet);
    lineEnded = octet == '\n';
  }

  private void end() {
    if (heldCount > 0) {
      show(0);
    }
    if (!released()) {
      return;
    }
    if (endingLeft < 0) {
      endingLeft = (lineEnded ? 0 : 2) + missingBlankLine;
    }
    while (endingLeft > 0 && write < writeEnd) {
      put((byte) (endingLeft-- % 2 == 0 ? '\r' : '\n'));
    }
    finished = endingLeft == 0;
  }
}
