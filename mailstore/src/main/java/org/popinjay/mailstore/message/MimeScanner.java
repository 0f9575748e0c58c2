package org.popinjay.mailstore.message;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the parts of a message in one pass over its octets, cut into chunks anywhere (RFC 2045 and
/// RFC 2046, section 5.1).
///
/// Never fails: whatever the octets are, they have a structure. Lines end in LF; a CR before it
/// belongs to the line end. Takes linear time and bounded memory; has no recursion, but a stack of
/// parts whose ends are not found yet. In the body of a part only lines are looked at that begin
/// with `-`, and without a multipart around it none. Of use once; not thread-safe.
public final class MimeScanner {
  /// Parts inside each other; a multipart or a message that lies deeper is one part.
  public static final int MOST_DEPTH = 64;

  /// Parts of a message; the last one is all the rest of the message.
  public static final int MOST_PARTS = 10_000;

  /// Octets of a header that are understood; a part with a longer one is not looked into.
  public static final int LONGEST_HEADER = 1 << 20;

  /// Octets of all headers of a message that are understood; then as behind [#MOST_PARTS].
  public static final int LONGEST_HEADERS = 4 << 20;

  /// Addresses, parameters and languages of a message; then as behind [#MOST_PARTS].
  public static final int MOST_PIECES = 65_536;

  /// Two dashes, a boundary, two dashes.
  private static final int LONGEST_DELIMITER = 2 + 255 + 2;

  private static final int FIRST_HEADER_OCTETS = 4 << 10;

  private enum Place {
    HEADER,
    BODY,
    DASHED_LINE,
    REST
  }

  private final List<OpenPart> open = new ArrayList<>();
  private final LineScan scan = new LineScan();
  private final byte[] head = new byte[LONGEST_DELIMITER];
  private byte[] header = new byte[FIRST_HEADER_OCTETS];
  private int headerLength;
  private int headerBeforeLine;
  private boolean headerTooLong;
  private long headersLength;
  private int parts;
  private int pieces;
  private boolean full;
  private boolean limited;
  private int boundaries;

  private Place place = Place.HEADER;
  private long passed;
  private long lines;
  private byte last;
  private byte secondLast;

  private boolean atLineStart = true;
  private long lineStart;
  private int lineEndBefore;
  private long lineLength;
  private byte lineFirst;
  private boolean dashed;
  private int headLength;
  private boolean onlyBlanksBehindHead;

  private @Nullable Envelope envelope;
  private long headerOctets = -1;
  private @Nullable MessageStructure structure;

  /// Stands before the first octet of a message.
  public MimeScanner() {
    openPart(0, true, false);
  }

  /// Takes the next octets, all of them.
  public void feed(ByteBuffer chunk) {
    long to = chunk.remaining();
    if (to == 0) {
      return;
    }
    var in = MemorySegment.ofBuffer(chunk);
    long at = 0;
    while (at < to) {
      at =
          switch (place) {
            case HEADER -> header(in, at, to);
            case BODY -> body(in, at, to);
            case DASHED_LINE -> dashedLine(in, at, to);
            case REST -> rest(in, at, to);
          };
    }
    secondLast = to > 1 ? in.get(JAVA_BYTE, to - 2) : last;
    last = in.get(JAVA_BYTE, to - 1);
    passed += to;
    chunk.position(chunk.limit());
  }

  /// The envelope; null while its header has not ended. Who wants no more need not go on.
  public @Nullable Envelope envelope() {
    return envelope;
  }

  /// Octets of the message's header with its blank line; -1 while it has not ended.
  public long headerOctets() {
    return headerOctets;
  }

  /// Whether the message is more than is looked into.
  public boolean isLimited() {
    return limited;
  }

  /// Says that there are no more octets, and returns what was found.
  public MessageStructure finish() {
    if (structure == null) {
      endLastLine();
      structure = end();
    }
    return structure;
  }

  // Header lines

  private long header(MemorySegment in, long at, long to) {
    if (lineLength == 0) {
      beginLine(in, at);
      headerBeforeLine = headerLength;
      dashed = boundaries > 0 && lineFirst == '-';
    }
    long lineFeed = LineScan.lineFeed(in, at, to);
    boolean ended = lineFeed < to;
    long end = ended ? lineFeed + 1 : to;
    keepHeader(in, at, end);
    if (dashed) {
      keepHead(in, at, end);
    }
    lineLength += end - at;
    if (ended) {
      endHeaderLine(passed + end);
    }
    return end;
  }

  private void endHeaderLine(long behind) {
    boolean blank = lineLength == 1 || (lineLength == 2 && lineFirst == '\r');
    lineLength = 0;
    lines++;
    if (dashed && delimiter(behind, true)) {
      return;
    }
    if (blank) {
      endHeader(behind, lines);
    }
  }

  private void keepHeader(MemorySegment in, long from, long to) {
    int length = (int) Math.min(to - from, LONGEST_HEADER - headerLength);
    headerTooLong |= length < to - from;
    if (headerLength + length > header.length) {
      int doubled = Math.max(2 * header.length, headerLength + length);
      header = Arrays.copyOf(header, Math.min(doubled, LONGEST_HEADER));
    }
    MemorySegment.copy(in, JAVA_BYTE, from, header, headerLength, length);
    headerLength += length;
  }

  /// The header of the innermost part ends, and its body begins here.
  ///
  /// @param before line ends before the body
  private void endHeader(long bodyStart, long before) {
    var part = open.getLast();
    var fields = KnownFields.in(header, headerLength);
    headersLength += headerLength;
    full |= headersLength >= LONGEST_HEADERS;
    limited |= full || headerTooLong;
    part.headerIs(fields, full || headerTooLong, bodyStart, before);
    pieces += part.pieces();
    full |= pieces >= MOST_PIECES;
    if (open.size() == 1) {
      envelope = part.envelope();
      headerOctets = bodyStart;
    }
    descend(part, bodyStart);
  }

  private void descend(OpenPart part, long bodyStart) {
    var type = part.type();
    boolean container = type.isMultipart() || type.isMessage();
    if (container && (open.size() == MOST_DEPTH || full)) {
      limited = true;
      part.close();
    } else if (type.isMessage()) {
      openPart(bodyStart, true, false);
      return;
    } else if (part.hasBoundary()) {
      boundaries++;
    }
    goOn();
  }

  private void openPart(long headerStart, boolean message, boolean digested) {
    open.add(new OpenPart(headerStart, message, digested));
    parts++;
    full |= parts >= MOST_PARTS;
    headerLength = 0;
    headerTooLong = false;
    place = Place.HEADER;
  }

  // Body lines

  private void goOn() {
    place = boundaries > 0 && !full ? Place.BODY : Place.REST;
    atLineStart = true;
  }

  private long body(MemorySegment in, long from, long to) {
    long at = from;
    if (!atLineStart || in.get(JAVA_BYTE, at) != '-') {
      at = scan.lineWithDash(in, from, to);
      lines += scan.passed();
      if (at == to) {
        atLineStart = in.get(JAVA_BYTE, to - 1) == '\n';
        return to;
      }
    }
    beginLine(in, at);
    place = Place.DASHED_LINE;
    return at;
  }

  private long dashedLine(MemorySegment in, long at, long to) {
    long lineFeed = LineScan.lineFeed(in, at, to);
    boolean ended = lineFeed < to;
    long end = ended ? lineFeed + 1 : to;
    keepHead(in, at, end);
    lineLength += end - at;
    if (ended) {
      lineLength = 0;
      lines++;
      if (!delimiter(passed + end, true)) {
        goOn();
      }
    }
    return end;
  }

  private long rest(MemorySegment in, long at, long to) {
    lines += LineScan.count(in, at, to);
    return to;
  }

  // Lines that may be delimiters

  private void beginLine(MemorySegment in, long at) {
    lineStart = passed + at;
    lineFirst = in.get(JAVA_BYTE, at);
    lineEndBefore = octetBefore(in, at, 2) == '\r' ? 2 : 1;
    headLength = 0;
    onlyBlanksBehindHead = true;
  }

  /// The octet so many before a place, 1 or 2, out of the chunk before if need be.
  private byte octetBefore(MemorySegment in, long at, int back) {
    if (at >= back) {
      return in.get(JAVA_BYTE, at - back);
    }
    return back - at == 1 ? last : secondLast;
  }

  private void keepHead(MemorySegment in, long from, long to) {
    int length = (int) Math.min(to - from, head.length - headLength);
    MemorySegment.copy(in, JAVA_BYTE, from, head, headLength, length);
    headLength += length;
    for (long at = from + length; at < to && onlyBlanksBehindHead; at++) {
      onlyBlanksBehindHead = isBlank(in.get(JAVA_BYTE, at));
    }
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
  }

  /// Ends parts and begins one if the line that was kept is a delimiter; else returns false.
  ///
  /// @param behind where the next line begins
  /// @param ended whether the line has a line end, which is counted already
  private boolean delimiter(long behind, boolean ended) {
    int length = headLength;
    while (length > 0 && isBlank(head[length - 1])) {
      length--;
    }
    if (full || !onlyBlanksBehindHead || length < 3 || head[1] != '-') {
      return false;
    }
    boolean mayClose = length > 4 && head[length - 1] == '-' && head[length - 2] == '-';
    for (int i = open.size() - 1; i >= 0; i--) {
      var part = open.get(i);
      boolean closes = mayClose && part.isBoundary(head, 2, length - 2);
      if (closes || part.isBoundary(head, 2, length)) {
        endPartsInside(i, ended);
        next(part, closes, behind);
        return true;
      }
    }
    return false;
  }

  private void next(OpenPart multipart, boolean closes, long behind) {
    if (closes) {
      multipart.endParts();
      boundaries--;
      goOn();
    } else {
      openPart(behind, false, multipart.type().isDigest());
    }
  }

  /// Ends all parts inside one before the line that was kept.
  private void endPartsInside(int index, boolean ended) {
    if (place == Place.HEADER) {
      headerLength = headerBeforeLine;
    }
    long before = lines - (ended ? 1 : 0);
    while (open.size() > index + 1) {
      endInnermost(lineStart, lineEndBefore, before);
    }
  }

  // Ends

  private void endLastLine() {
    boolean mayDelimit = place == Place.DASHED_LINE || (place == Place.HEADER && dashed);
    if (lineLength > 0 && mayDelimit) {
      delimiter(passed, false);
    }
  }

  private MessageStructure end() {
    endHeaderBefore(passed, 0, lines);
    while (open.size() > 1) {
      endInnermost(passed, 0, lines);
    }
    var found = open.getFirst().endedBefore(passed, 0, lines);
    return new MessageStructure(Objects.requireNonNull(envelope), found);
  }

  /// Ends the innermost part before a line.
  ///
  /// @param lineEnd octets of the line end before it, which belongs to it
  /// @param before line ends before it
  private void endInnermost(long line, int lineEnd, long before) {
    endHeaderBefore(line, lineEnd, before);
    var part = open.removeLast();
    if (part.hasBoundary()) {
      boundaries--;
    }
    open.getLast().add(part.endedBefore(line, lineEnd, before), part.envelope());
  }

  /// Ends a header that has no blank line, and the empty one of a message without octets.
  private void endHeaderBefore(long line, int lineEnd, long before) {
    while (!open.getLast().isHeaderRead()) {
      long end = Math.max(open.getLast().headerStart(), line - lineEnd);
      endHeader(end, before - (end < line ? 1 : 0));
    }
  }
}
