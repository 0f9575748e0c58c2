package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Escape;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.text.FromLine.DateForm;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.message.HeaderReader;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Finds the messages of a spool: octets in, rows of a [MessageTable] out.
///
/// One pass in linear time; nothing is kept of a message but its row. No octets whatever make it
/// throw, only the disk does. What the bookkeeping fields of a message say is noted in its row and
/// not judged: who wrote them is not known here.
///
/// A line that begins with `From ` separates messages if [FromLine#separates] says so. Inside a
/// header it can do so only when a field stands before it, so a doubled From_ line makes no empty
/// message.
///
/// Blocks on the disk. Owns a buffer outside the heap, so an instance is worth keeping; used by one
/// thread at a time.
public final class MboxScanner {
  /// Empty lines and NULs that are skipped before the first message, as holes of NFS leave them.
  public static final int MOST_SKIPPED = 64 << 10;

  /// Octets of a header that are understood; what stands behind the last field that fits counts as
  /// body, so a sender cannot make us keep more of it in memory.
  public static final int LONGEST_HEADER = 1 << 20;

  private static final int LONGEST_FROM_LINE = 1 << 30;
  private static final int SHOWN_OCTETS = 32;
  private static final long LONGEST_TRUSTED = 1L << 40;

  /// Octets before a place that are needed to judge it.
  private static final int HISTORY = 8;

  /// Octets before the end of what was read that may turn out to be a separator.
  private static final int UNDECIDED = 4;

  /// Octets that go through digest and counts together, to stay in the nearest cache.
  private static final int STRIDE = 16 << 10;

  private static final byte[] FROM = "From ".getBytes(ISO_8859_1);
  private static final String MMDF = "\1\1\1\1\n";

  private final FileCalls files;
  private final ZoneId zone;
  private final ByteScan scan;
  private final SpoolWindow window;
  private final HeaderFacts facts;
  private final ContentDigest digest = new ContentDigest();
  private final byte[] line = new byte[FromLine.JUDGED_OCTETS];
  private final ByteBuffer probe = ByteBuffer.allocateDirect(2 + FromLine.JUDGED_OCTETS);

  private int descriptor;
  private long to;
  private boolean importing;
  private long bareFromLines;
  private long uidBefore;
  private Optional<Extent> pseudo = Optional.empty();
  private Optional<ImapBase> base = Optional.empty();

  // The message that is being read.
  private FromLine fromLine = NO_FROM_LINE;
  private long headerStart;
  private long bodyStart;
  private int bits;
  private long bodyAbsorbed;
  private long bodyLineFeeds;

  private static final FromLine NO_FROM_LINE = new FromLine(DateForm.NONE, 0, false);

  /// What octets turned out to be.
  public sealed interface Outcome {
    /// They are messages, and stand in the table.
    ///
    /// @param bareFromLines lines that begin with `From ` and separate nothing
    /// @param octets octets looked at
    record Scanned(Head head, long bareFromLines, long octets) implements Outcome {}

    /// They are something else and not to be touched.
    ///
    /// @param offset where the first message should begin
    /// @param found what stands there, fit for a log
    record NotAnMbox(long offset, String found) implements Outcome {}
  }

  /// What stands in front of the first message; nothing if the scan began behind it.
  ///
  /// @param skippedOctets leading empty lines and NULs
  /// @param pseudo where the pseudo message is
  /// @param base state of the mailbox, of the pseudo message if there is one, else of the first
  ///   message
  public record Head(long skippedOctets, Optional<Extent> pseudo, Optional<ImapBase> base) {}

  /// A range of the spool.
  ///
  /// @param end behind the last octet, separator included
  public record Extent(long offset, long end) {}

  /// A scanner with the fastest [ByteScan] there is.
  ///
  /// @param zone whose time From_ lines without a zone are in
  public MboxScanner(FileCalls files, ZoneId zone) {
    this(files, zone, ByteScan.fastest());
  }

  /// A scanner with a [ByteScan] of one's choice.
  public MboxScanner(FileCalls files, ZoneId zone, ByteScan scan) {
    this.files = files;
    this.zone = zone;
    this.scan = scan;
    this.window = new SpoolWindow(files);
    this.facts = new HeaderFacts(scan);
  }

  /// Reads the octets `[from, upTo)` of an open file.
  ///
  /// @param from 0, or where a From_ line is known to stand
  /// @param importing whether messages whose UIDs ascend within the base of this very file may say
  ///   where they end (Content-Length)
  /// @param into gets a row for each message; its end is set
  public Outcome scan(int ofDescriptor, long from, long upTo, boolean importing, MessageTable into)
      throws PosixException {
    this.descriptor = ofDescriptor;
    this.to = upTo;
    this.importing = importing;
    bareFromLines = 0;
    uidBefore = 0;
    pseudo = Optional.empty();
    base = Optional.empty();
    window.open(ofDescriptor, from, upTo);

    long at = from == 0 ? skipLeading() : from;
    long skipped = at - from;
    if (window.ensure(at, SHOWN_OCTETS) > 0) {
      if (!isFrom(at)) {
        return notAnMbox(at);
      }
      boolean first = from == 0;
      fromLine = readFromLine(at);
      while (window.ensure(at, 1) > 0) {
        at = message(at, first, into);
        first = false;
      }
    }
    into.end(at);
    return new Outcome.Scanned(new Head(skipped, pseudo, base), bareFromLines, at - from);
  }

  private long skipLeading() throws PosixException {
    long at = 0;
    while (at < MOST_SKIPPED && window.ensure(at, 1) > 0) {
      byte octet = window.octet(at);
      if (octet != '\n' && octet != '\r' && octet != 0) {
        break;
      }
      at++;
    }
    return at;
  }

  private Outcome notAnMbox(long at) {
    byte[] octets = new byte[(int) Math.min(SHOWN_OCTETS, window.end() - at)];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = window.octet(at + i);
    }
    return new Outcome.NotAnMbox(
        at,
        new String(octets, ISO_8859_1).startsWith(MMDF)
            ? "an MMDF folder (lines of four 0x01)"
            : Escape.octets(octets, 0, octets.length));
  }

  /// Reads one message and adds its row; returns where the next one begins.
  private long message(long offset, boolean first, MessageTable into) throws PosixException {
    var date = fromLine;
    bits = 0;
    headerStart = behindFromLine(offset);
    bodyStart = behindHeader();
    var octets = window.octets();
    long headerIndex = window.index(headerStart);
    long bodyIndex = window.index(bodyStart);
    facts.read(octets, headerIndex, bodyIndex, first);
    if (scan.hasNul(octets, headerIndex, bodyIndex)) {
      bits |= Bits.NUL;
    }
    if (first) {
      base = facts.pseudoBase().or(facts::firstBase);
    }

    digest.reset();
    bodyAbsorbed = bodyStart;
    bodyLineFeeds = 0;
    long next = (bits & Bits.NO_BLANK_LINE) != 0 ? bodyStart : behindBody(trustedEnd());
    long contentEnd = next - (bits & Bits.SEPARATOR);
    absorb(contentEnd);

    if (first && facts.pseudoBase().isPresent()) {
      if (contentEnd - bodyStart <= PseudoMessage.LONGEST_BODY) {
        pseudo = Optional.of(new Extent(offset, next));
        return next;
      }
      base = facts.firstBase();
    }
    addRow(offset, date.seconds(), contentEnd, into);
    return next;
  }

  private void addRow(long offset, long seconds, long contentEnd, MessageTable into) {
    long bodyOctets = contentEnd - bodyStart;
    boolean open = window.octet(contentEnd - 1) != '\n';
    if (open) {
      bits |= Bits.NO_FINAL_LINE_END;
    }
    boolean completed = open && bodyOctets > 0;
    if (completed) {
      // Whoever appends will end the line, and the message must be the same afterwards.
      digest.update((byte) '\n');
    }
    long wire = bodyStart - headerStart - facts.hiddenOctets() + facts.shownLineFeeds();
    wire += bodyOctets + bodyLineFeeds;
    if (completed || (open && contentEnd > headerStart && !facts.endsHidden())) {
      wire += 2;
    }
    if ((bits & Bits.NO_BLANK_LINE) != 0) {
      wire += 2;
    }

    int row = into.add(offset);
    into.fromLineOctets(row, (int) (headerStart - offset));
    into.headerOctets(row, (int) (bodyStart - headerStart));
    into.wireOctets(row, wire);
    into.headerDigest(row, facts.digest(completed ? bodyOctets + 1 : bodyOctets));
    into.bodyDigest(row, digest.value());
    into.internalDate(row, seconds);
    into.uid(row, facts.uid());
    into.keywordSet(row, into.keywordSets().numberOf(facts.keywords()));
    into.bits(row, bits | facts.bits());
  }

  private boolean isFrom(long at) throws PosixException {
    if (window.ensure(at, FROM.length) < FROM.length) {
      return false;
    }
    for (int i = 0; i < FROM.length; i++) {
      if (window.octet(at + i) != FROM[i]) {
        return false;
      }
    }
    return true;
  }

  private FromLine readFromLine(long at) throws PosixException {
    int count = window.ensure(at, line.length);
    long index = window.index(at);
    long lineFeed = scan.lineFeed(window.octets(), index, index + count);
    int length = (int) Math.min(count, lineFeed - index + 1);
    MemorySegment.copy(window.octets(), ValueLayout.JAVA_BYTE, index, line, 0, length);
    boolean whole = lineFeed < index + count || count < line.length;
    return FromLine.parse(line, length, whole, zone);
  }

  /// Goes behind the line end of a From_ line, which may be far away, and notes its style.
  private long behindFromLine(long offset) throws PosixException {
    long at = offset;
    while (true) {
      long end = window.index(window.end());
      long lineFeed = scan.lineFeed(window.octets(), window.index(at), end);
      if (lineFeed < end) {
        long behind = window.offset(lineFeed) + 1;
        if (window.octet(behind - 2) == '\r') {
          bits |= Bits.CRLF;
        }
        return behind;
      }
      at = window.end();
      window.keepFrom(at - HISTORY);
      if (at - offset >= LONGEST_FROM_LINE || !window.more()) {
        return at;
      }
    }
  }

  /// Goes behind the blank line that ends the header; all of the header is in the window then.
  ///
  /// The header ends without one at the end of the file, at the next From_ line, and before the
  /// field that is beyond [#LONGEST_HEADER] or [HeaderReader#MOST_FIELDS].
  private long behindHeader() throws PosixException {
    window.keepFrom(headerStart - HISTORY);
    long field = headerStart;
    int fields = 0;
    long at = headerStart;
    while (window.ensure(at, FROM.length) > 0) {
      byte octet = window.octet(at);
      if ((octet != ' ' && octet != '\t') || at == headerStart) {
        if (octet == '\n') {
          return at + 1;
        }
        if (octet == '\r' && at + 1 < window.end() && window.octet(at + 1) == '\n') {
          return at + 2;
        }
        if (octet == 'F' && at > headerStart && isSeparator(at, false)) {
          break;
        }
        field = at;
        fields++;
      }
      at = behindHeaderLine(at);
      if (fields > HeaderReader.MOST_FIELDS || at - headerStart > LONGEST_HEADER) {
        return field;
      }
    }
    bits |= Bits.NO_BLANK_LINE;
    return at;
  }

  /// Behind the line end; behind the longest header there may be if that comes first.
  private long behindHeaderLine(long start) throws PosixException {
    long at = start;
    while (true) {
      long end = window.index(window.end());
      long lineFeed = scan.lineFeed(window.octets(), window.index(at), end);
      if (lineFeed < end) {
        return window.offset(lineFeed) + 1;
      }
      at = window.end();
      if (at - headerStart > LONGEST_HEADER || !window.more()) {
        return at;
      }
    }
  }

  /// Whether the line that begins here separates two messages; if so, it is the next From_ line.
  private boolean isSeparator(long at, boolean afterBlankLine) throws PosixException {
    if (!isFrom(at)) {
      return false;
    }
    var found = readFromLine(at);
    if (!found.separates(afterBlankLine)) {
      bareFromLines++;
      return false;
    }
    fromLine = found;
    return true;
  }

  /// Goes behind the separator of the message and notes its length.
  ///
  /// @param trusted where the message says that it ends and nothing speaks against it; null if it
  ///   is not asked
  private long behindBody(@Nullable Extent trusted) throws PosixException {
    long searched = bodyStart - 1;
    while (true) {
      long end = window.index(window.end());
      long lineFeed = scan.lineFeedBefore((byte) 'F', window.octets(), window.index(searched), end);
      if (lineFeed < end) {
        long at = window.offset(lineFeed) + 1;
        searched = at;
        if (window.end() - at < line.length) {
          makeRoom(at);
          window.ensure(at, line.length);
        }
        if (endsBefore(at, trusted)) {
          return at;
        }
      } else {
        searched = Math.max(searched, window.end() - 1);
        makeRoom(window.end());
        if (!window.more()) {
          return endOfFile(trusted);
        }
      }
    }
  }

  /// Gives up what cannot belong to a separator before a place.
  private void makeRoom(long at) {
    absorb(Math.max(bodyAbsorbed, at - UNDECIDED));
    window.keepFrom(bodyAbsorbed - HISTORY);
  }

  /// Whether the message ends before the line that begins here; if so, notes its separator.
  private boolean endsBefore(long at, @Nullable Extent trusted) throws PosixException {
    if (trusted != null && at <= trusted.end) {
      if (at < trusted.end) {
        bareFromLines += isFrom(at) ? 1 : 0;
        return false;
      }
      fromLine = readFromLine(at);
      bits |= (int) (trusted.end - trusted.offset);
      return true;
    }
    boolean afterBlankLine =
        window.octet(at - 2) == '\n'
            || (window.octet(at - 2) == '\r' && window.octet(at - 3) == '\n');
    if (!isSeparator(at, afterBlankLine)) {
      return false;
    }
    bits |= separatorBefore(at);
    return true;
  }

  /// Length of the blank line that stands before a place and is not the one behind the header.
  private int separatorBefore(long at) {
    if (at == bodyStart || window.octet(at - 1) != '\n') {
      return 0;
    }
    if (window.octet(at - 2) == '\n') {
      return 1;
    }
    boolean crlf = window.octet(at - 2) == '\r' && window.octet(at - 3) == '\n';
    return crlf && at - bodyStart >= 2 ? 2 : 0;
  }

  private long endOfFile(@Nullable Extent trusted) {
    long at = window.end();
    bits |=
        trusted != null && trusted.end == at
            ? (int) (trusted.end - trusted.offset)
            : separatorBefore(at);
    return at;
  }

  /// The end that a message of a store gives itself, from the end of its content to where the next
  /// message begins; null if it gives none or is not to be believed.
  ///
  /// Believed only where the end of the file or a separator stands exactly there.
  private @Nullable Extent trustedEnd() throws PosixException {
    if (!importing || base.isEmpty()) {
      return null;
    }
    long uid = Integer.toUnsignedLong(facts.uid());
    if (uid <= uidBefore || uid > base.get().uidLast()) {
      return null;
    }
    uidBefore = uid;
    long length = facts.contentLength();
    if (length < 0 || length >= LONGEST_TRUSTED || bodyStart + length > to + 1) {
      return null;
    }
    long contentEnd = Math.min(bodyStart + length, to);
    int count = probe(contentEnd);
    int separator = 0;
    if (count > 0 && probe.get(0) == '\n') {
      separator = 1;
    } else if (count > 1 && probe.get(0) == '\r' && probe.get(1) == '\n') {
      separator = 2;
    }
    boolean fits = separator == count || (separator > 0 && isFromLineInProbe(separator, count));
    return fits ? new Extent(contentEnd, contentEnd + separator) : null;
  }

  private int probe(long at) throws PosixException {
    probe.clear();
    probe.limit((int) Math.min(probe.capacity(), to - at));
    while (probe.hasRemaining() && files.read(descriptor, probe, at + probe.position()) > 0) {
      // read on
    }
    return probe.position();
  }

  private boolean isFromLineInProbe(int start, int count) {
    int length = Math.min(count - start, line.length);
    probe.get(start, line, 0, length);
    for (int i = 0; i < FROM.length; i++) {
      if (i == length || line[i] != FROM[i]) {
        return false;
      }
    }
    int end = 0;
    while (end < length && line[end] != '\n') {
      end++;
    }
    boolean whole = end < length || length < line.length;
    int octets = Math.min(length, end + 1);
    return FromLine.parse(line, octets, whole, zone).date() != DateForm.NONE;
  }

  /// Takes the octets of the body up to a place into digest and counts.
  private void absorb(long upTo) {
    var octets = window.octets();
    while (bodyAbsorbed < upTo) {
      long next = Math.min(bodyAbsorbed + STRIDE, upTo);
      long from = window.index(bodyAbsorbed);
      long end = window.index(next);
      digest.update(octets, from, end);
      boolean afterCr = window.octet(bodyAbsorbed - 1) == '\r';
      bodyLineFeeds += scan.bareLineFeeds(octets, from, end, afterCr);
      if ((bits & Bits.NUL) == 0 && scan.hasNul(octets, from, end)) {
        bits |= Bits.NUL;
      }
      bodyAbsorbed = next;
    }
  }
}
