package org.popinjay.mailstore.mbox.append;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalLong;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.mbox.disk.AppendStream;
import org.popinjay.mailstore.mbox.text.ByteScan;
import org.popinjay.mailstore.mbox.text.FromLine;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Quoting;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;
import org.popinjay.mailstore.mbox.text.StatusHeaders;
import org.popinjay.mailstore.mbox.text.StatusHeaders.Bookkeeping;

/// A staged message as it will stand in a spool, such that `Presentation` gives back every octet of
/// it.
///
/// CRLF becomes LF, unless another CR stands before it; then it stays, since a CRLF in a message of
/// LF lines is served as it is. Lines are quoted and names of fields escaped ([Quoting]), the block
/// of bookkeeping fields goes behind the header, and what every stored message has and this one has
/// not, a blank line behind the header and a line end at the end, is added and noted.
///
/// A message whose header is too long to be understood again is stored as one without a header: all
/// of it becomes body, behind a blank line that is never shown.
public final class StorableMessage implements Writable {
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte ANGLE = '>';
  private static final byte[] ESCAPE = Quoting.ESCAPE.getBytes(US_ASCII);

  private final Staged message;
  private final String sender;
  private final Flags flags;
  private final InternalDate internalDate;
  private final OptionalLong bulletin;
  private final long uid;

  /// @param user whose mail it is; goes into the From_ line of what he brings himself
  /// @param uid the one that it will get
  public StorableMessage(NewMessage message, String user, long uid) {
    this.message = message.staged();
    this.flags = message.flags();
    this.internalDate = message.internalDate();
    this.uid = uid;
    var origin = message.origin();
    sender = origin == null ? user : origin.sender();
    bulletin = origin == null ? OptionalLong.empty() : origin.bulletin();
  }

  /// What has to be noted to give the octets back, and where they are from.
  private Notes notes() {
    var facts = message.facts();
    boolean escaped = facts.header() && facts.hiddenNames();
    boolean noBlankLine = !facts.header() || !facts.blankLine();
    boolean changed = facts.separatorLike() || escaped || noBlankLine || facts.endsOpen();
    return new Notes(changed, escaped, noBlankLine, facts.endsOpen(), Optional.empty(), bulletin);
  }

  private byte[] fromLine(ZoneId zone) {
    return FromLine.print(sender, Instant.ofEpochSecond(internalDate.epochSecond()), zone);
  }

  private byte[] block() {
    return StatusHeaders.block(
        new Bookkeeping(
            flags.system().bits() << Bits.FLAGS_SHIFT,
            uid,
            flags.keywords().list().stream().map(Keyword::name).toList(),
            Optional.empty(),
            notes()));
  }

  /// The bits of its row that say how it has to be read, and its flags.
  public int bits() {
    return bits(notes(), message.facts().header()) | flags.system().bits() << Bits.FLAGS_SHIFT;
  }

  /// The bits that follow from notes which are known to be ours.
  ///
  /// @param bodyIsEmpty whether nothing stands behind the blank line
  public static int bits(Notes notes, boolean bodyIsEmpty) {
    int bits = notes.quoted() ? Bits.QUOTED : 0;
    if (notes.noBlankLine()) {
      bits |= bodyIsEmpty ? Bits.LACKS_BLANK_LINE : Bits.HIDES_BLANK_LINE;
    }
    return bits | (notes.noFinalLineEnd() ? Bits.LACKS_LINE_END : 0);
  }

  @Override
  public long octets() {
    return wireOctets();
  }

  /// Size of what an IMAP client reads again.
  public long wireOctets() {
    return message.facts().wireOctets();
  }

  /// The UID that its header tells.
  public long uid() {
    return uid;
  }

  /// When it came, as its From_ line will say.
  public InternalDate internalDate() {
    return internalDate;
  }

  @Override
  public void writeTo(AppendStream out, ZoneId zone, ByteBuffer window) throws IOException {
    out.put(fromLine(zone));
    out.cut();
    var encoder = new Encoder(out, block(), message.facts());
    long octets = message.facts().octets();
    for (long at = 0; at < octets; ) {
      window.clear().limit((int) Math.min(window.capacity(), octets - at));
      message.file().read(window, message.from() + at);
      at += window.position();
      encoder.convert(MemorySegment.ofBuffer(window.flip()), window.limit());
    }
    encoder.end();
    out.cut();
  }

  /// Octets on their way out.
  private static final class Encoder {
    private final ByteScan scan = ByteScan.fastest();
    private final LineHead head = new LineHead();
    private final AppendStream out;
    private final byte[] block;
    private final DraftShape.Facts facts;
    private boolean inHeader;
    private boolean lineBegins = true;
    private boolean heldCr;
    private boolean crBeforeHeld;

    Encoder(AppendStream out, byte[] block, DraftShape.Facts facts) throws IOException {
      this.out = out;
      this.block = block;
      this.facts = facts;
      inHeader = facts.header();
      if (!inHeader) {
        endHeader();
      }
    }

    void convert(MemorySegment in, long to) throws IOException {
      long at = 0;
      while (at < to) {
        if (lineBegins) {
          at = beginLine(in, at, to);
          continue;
        }
        long lineFeed = scan.lineFeed(in, at, to);
        text(in, at, lineFeed);
        if (lineFeed < to) {
          endLine();
        }
        at = Math.min(lineFeed + 1, to);
      }
    }

    private long beginLine(MemorySegment in, long from, long to) throws IOException {
      for (long at = from; at < to; at++) {
        byte octet = in.get(JAVA_BYTE, at);
        switch (head.look(octet, inHeader)) {
          case UNDECIDED -> {
            if (octet == ANGLE) {
              out.put(ANGLE);
            }
          }
          case PLAIN -> {
            release();
            return at;
          }
          case QUOTE -> {
            out.put(ANGLE);
            release();
            return at;
          }
          case ESCAPE -> {
            out.put(ESCAPE);
            release();
            return at;
          }
          case BLANK -> {
            endHeader();
            head.begin();
            return at + 1;
          }
        }
      }
      return to;
    }

    private void release() throws IOException {
      text(MemorySegment.ofArray(head.held()), 0, head.count());
      lineBegins = false;
    }

    /// Puts octets out that are no line end, but for a CR that may be half of one.
    private void text(MemorySegment in, long from, long to) throws IOException {
      if (from == to) {
        return;
      }
      if (heldCr) {
        out.put(CR);
      }
      boolean crBefore = to - from > 1 ? in.get(JAVA_BYTE, to - 2) == '\r' : heldCr;
      heldCr = in.get(JAVA_BYTE, to - 1) == '\r';
      crBeforeHeld = crBefore;
      out.put(in, from, heldCr ? to - 1 : to);
    }

    private void endLine() throws IOException {
      if (heldCr && crBeforeHeld) {
        out.put(CR);
      }
      heldCr = false;
      out.put(LF);
      lineBegins = true;
      head.begin();
    }

    private void endHeader() throws IOException {
      out.put(block);
      out.put(LF);
      inHeader = false;
    }

    void end() throws IOException {
      if (lineBegins) {
        release();
      }
      if (facts.endsOpen()) {
        if (heldCr) {
          // The CR is content: alone before an LF it would become half of a line end.
          out.put(CR);
          out.put(CR);
        }
        out.put(LF);
      }
      if (inHeader) {
        endHeader();
      }
      out.put(LF);
    }
  }
}
